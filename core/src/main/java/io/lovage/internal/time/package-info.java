/** The production clock and the source of threads. */
@NullMarked
package io.lovage.internal.time;

import org.jspecify.annotations.NullMarked;
