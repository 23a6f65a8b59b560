package io.lovage.examples.bulkimport;

import io.lovage.examples.csv.CsvReader;
import io.lovage.examples.csv.RowFault;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads, checks and counts the rows of one chunk. Not thread-safe; one for each chunk. */
public final class ChunkProfiler {
    private static final int SHOWN_OF_A_VALUE = 60;

    private final Chunk chunk;
    private final List<Column> columns;
    private final List<ColumnTally> tallies = new ArrayList<>();
    private final List<Rejection> rejections = new ArrayList<>();

    public ChunkProfiler(Chunk chunk) {
        this.chunk = chunk;
        this.columns = chunk.table().columns();
        for (Column column : columns) {
            tallies.add(new ColumnTally(column.type()));
        }
    }

    /**
     * Does the work.
     *
     * @throws UnusableFileException when the file is not the one that was cut
     */
    public ChunkProfile run(ChunkProfile.Run run) throws IOException {
        chunk.table().checkUnchanged();
        Slice slice = chunk.slice();
        int rows = 0;
        try (CsvReader reader = new CsvReader(chunk.table().path(), slice.offset(), slice.offset() + slice.length())) {
            while (reader.next()) {
                if (ChunkCutter.isRow(chunk.table(), reader)) {
                    take(slice.firstRow() + rows, reader);
                    rows++;
                }
            }
        } catch (NoSuchFileException e) {
            throw new UnusableFileException(chunk.table().file() + " is gone", e);
        }
        chunk.table().checkUnchanged();
        if (rows != slice.rows()) {
            throw chunk.table().changed();
        }
        return new ChunkProfile(
                chunk.number(),
                rows,
                rejections,
                tallies.stream().map(ColumnTally::part).toList(),
                run);
    }

    private void take(long number, CsvReader reader) {
        Optional<Rejection> rejection = reader.row()
                .fold(
                        fields -> check(number, fields),
                        (fault, detail) -> Optional.of(new Rejection(number, fault.code(), detail)));
        rejection.ifPresent(rejections::add);
    }

    /** Counts the row only when all of it is good. */
    private Optional<Rejection> check(long number, List<String> fields) {
        if (fields.size() != columns.size()) {
            return Optional.of(reject(number, RowFault.WIDTH, fields.size() + " fields instead of " + columns.size()));
        }
        for (int i = 0; i < fields.size(); i++) {
            if (!tallies.get(i).accepts(fields.get(i))) {
                return Optional.of(reject(number, RowFault.TYPE, misfit(columns.get(i), fields.get(i))));
            }
        }
        for (int i = 0; i < fields.size(); i++) {
            tallies.get(i).add(fields.get(i));
        }
        return Optional.empty();
    }

    private static Rejection reject(long number, RowFault fault, String detail) {
        return new Rejection(number, fault.code(), detail);
    }

    private static String misfit(Column column, String field) {
        String shown = field.length() <= SHOWN_OF_A_VALUE ? field : field.substring(0, SHOWN_OF_A_VALUE) + "...";
        return "'" + shown + "' in column '" + column.name() + "' is no "
                + column.type().name().toLowerCase(java.util.Locale.ROOT);
    }
}
