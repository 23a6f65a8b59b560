/** The servers that are measured: private ones, set up for a level, or one that somebody else runs. */
@NullMarked
package io.lovage.benchmarks.servers;

import org.jspecify.annotations.NullMarked;
