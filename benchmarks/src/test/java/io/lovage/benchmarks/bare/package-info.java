@NullMarked
package io.lovage.benchmarks.bare;

import org.jspecify.annotations.NullMarked;
