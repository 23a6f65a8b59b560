@NullMarked
package io.lovage.benchmarks.latency;

import org.jspecify.annotations.NullMarked;
