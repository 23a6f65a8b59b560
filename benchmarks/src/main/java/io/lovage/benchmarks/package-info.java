/**
 * What a person starts beside {@code lovage bench}: checks that show one thing each, and write the tables of
 * {@code docs/benchmarks.md}.
 */
@NullMarked
package io.lovage.benchmarks;

import org.jspecify.annotations.NullMarked;
