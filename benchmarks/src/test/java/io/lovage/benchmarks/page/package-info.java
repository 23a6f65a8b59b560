@NullMarked
package io.lovage.benchmarks.page;

import org.jspecify.annotations.NullMarked;
