@NullMarked
package io.lovage.benchmarks.plan;

import org.jspecify.annotations.NullMarked;
