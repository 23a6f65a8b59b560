@NullMarked
package io.lovage.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
