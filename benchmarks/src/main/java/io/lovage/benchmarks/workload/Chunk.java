package io.lovage.benchmarks.workload;

/** A piece of a file to import: an argument of the kind that bulk jobs send. */
public record Chunk(String file, long firstRow, int rows) {}
