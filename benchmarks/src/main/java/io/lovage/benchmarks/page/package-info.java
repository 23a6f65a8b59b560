/** A report as one HTML file that needs nothing else: no network, no script. */
@NullMarked
package io.lovage.benchmarks.page;

import org.jspecify.annotations.NullMarked;
