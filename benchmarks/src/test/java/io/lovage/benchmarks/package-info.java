@NullMarked
package io.lovage.benchmarks;

import org.jspecify.annotations.NullMarked;
