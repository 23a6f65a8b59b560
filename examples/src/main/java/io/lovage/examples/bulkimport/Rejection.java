package io.lovage.examples.bulkimport;

/**
 * A row that was not taken.
 *
 * @param row its number; the row after the header is number 1
 * @param reason the code of a {@link io.lovage.examples.csv.RowFault}
 * @param detail for people
 */
public record Rejection(long row, String reason, String detail) {}
