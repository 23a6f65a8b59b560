/**
 * Runs each variant in a JVM of its own, so that neither profits from or suffers by what the compiler learned from the
 * other, and lets them take turns.
 */
@NullMarked
package io.lovage.benchmarks.lane;

import org.jspecify.annotations.NullMarked;
