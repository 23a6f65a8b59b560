package io.lovage.examples.bulkimport;

/** One task: everything a worker in another process needs to know. {@code number} counts from 0 within the import. */
public record Chunk(Table table, int number, Slice slice) {}
