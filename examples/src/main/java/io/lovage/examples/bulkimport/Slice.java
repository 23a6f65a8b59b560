package io.lovage.examples.bulkimport;

/**
 * A part of a file that begins and ends with whole rows.
 *
 * @param offset in bytes
 * @param length in bytes
 * @param firstRow the number of its first data row; the row after the header is number 1
 * @param rows how many data rows it holds, rejected ones included
 */
public record Slice(long offset, long length, long firstRow, int rows) {}
