@NullMarked
package io.lovage.benchmarks.work;

import org.jspecify.annotations.NullMarked;
