@NullMarked
package io.lovage.benchmarks.growth;

import org.jspecify.annotations.NullMarked;
