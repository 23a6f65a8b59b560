/** The one task that every benchmark sends, and the sizes that every row states. */
@NullMarked
package io.lovage.benchmarks.workload;

import org.jspecify.annotations.NullMarked;
