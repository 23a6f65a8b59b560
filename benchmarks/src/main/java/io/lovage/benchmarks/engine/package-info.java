/** Runs a plan: starts servers, measures each group of cases in turns, and makes the report. */
@NullMarked
package io.lovage.benchmarks.engine;

import org.jspecify.annotations.NullMarked;
