package io.lovage.examples.bulkimport;

/** A column of a table: its name, unique in the table, and what its values are. */
public record Column(String name, ColumnType type) {}
