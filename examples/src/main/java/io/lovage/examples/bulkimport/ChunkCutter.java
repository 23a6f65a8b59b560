package io.lovage.examples.bulkimport;

import io.lovage.examples.csv.CsvReader;
import java.io.IOException;
import java.util.Optional;

/**
 * Cuts a file into chunks, one after the other and without keeping them: a chunk ends after so many rows or so many
 * bytes, whatever comes first. Not thread-safe.
 */
public final class ChunkCutter implements AutoCloseable {
    private static final long LONGEST_CHUNK_BYTES = 1 << 20;

    private final Table table;
    private final int chunkRows;
    private final CsvReader reader;
    private int chunks;
    private long rows;
    private long offset;

    /** Cuts into chunks of at most {@code chunkRows} rows, at least 1. */
    public ChunkCutter(Sketch sketch, int chunkRows) throws IOException {
        this.table = sketch.table();
        this.chunkRows = chunkRows;
        this.offset = sketch.data();
        this.reader = new CsvReader(table.path(), sketch.data(), table.bytes());
    }

    /** The next chunk; empty when the file is at its end. */
    public Optional<Chunk> next() throws IOException {
        int count = 0;
        long end = offset;
        while (count < chunkRows && end - offset < LONGEST_CHUNK_BYTES && reader.next()) {
            end = reader.end();
            count += isRow(table, reader) ? 1 : 0;
        }
        if (count == 0) {
            return Optional.empty();
        }
        Chunk chunk = new Chunk(table, chunks++, new Slice(offset, end - offset, rows + 1, count));
        rows += count;
        offset = end;
        return Optional.of(chunk);
    }

    /** An empty line is no row, unless the table has one column only: there it is an empty field. */
    static boolean isRow(Table table, CsvReader reader) {
        return !reader.blank() || table.columns().size() == 1;
    }

    @Override
    public void close() throws IOException {
        reader.close();
    }
}
