package io.lovage.benchmarks.work;

/**
 * What became of the tasks of one run.
 *
 * @param tasks how many there were
 * @param lost how many of them were not seen again
 * @param duplicates how often one was seen that had been seen before
 */
public record Tally(int tasks, long lost, long duplicates) {}
