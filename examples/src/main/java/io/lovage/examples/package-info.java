/** A set of tasks that any Celery client can try; the other examples have packages of their own. */
@NullMarked
package io.lovage.examples;

import org.jspecify.annotations.NullMarked;
