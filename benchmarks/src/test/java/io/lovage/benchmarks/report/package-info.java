@NullMarked
package io.lovage.benchmarks.report;

import org.jspecify.annotations.NullMarked;
