/** Lovage and a real Celery on the same brokers. */
@NullMarked
package io.lovage.interop;

import org.jspecify.annotations.NullMarked;
