@NullMarked
package io.lovage.benchmarks.lane;

import org.jspecify.annotations.NullMarked;
