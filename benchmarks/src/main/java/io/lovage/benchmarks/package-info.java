/**
 * What a person starts: {@link io.lovage.benchmarks.Ratios} compares Lovage with the bare client and writes the
 * figures, {@link io.lovage.benchmarks.HeapCheck} shows that memory does not grow with the work done.
 */
@NullMarked
package io.lovage.benchmarks;

import org.jspecify.annotations.NullMarked;
