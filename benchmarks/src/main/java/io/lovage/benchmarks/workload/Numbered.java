package io.lovage.benchmarks.workload;

import java.util.List;
import java.util.stream.LongStream;

/**
 * Tasks that are told apart by a number, which stands in their argument, and whose arguments all have the same size.
 * Immutable.
 */
public final class Numbered {
    /** With it and its successors a number always has nine digits. */
    private static final long FIRST_ROW = 100_000_000;

    /** How many numbers there are. */
    public static final long COUNT = 9 * FIRST_ROW;

    private static final int ROWS = 500;
    private static final String FILE = "/srv/imports/2026-11-22/flights-over-the-north-sea-01.csv";

    private final String file;

    /**
     * Of that size.
     *
     * @param payload the size of an argument as JSON, in bytes; at least {@link Workload#PAYLOAD_BYTES}
     */
    public Numbered(int payload) {
        this.file = FILE + "x".repeat(payload - Workload.PAYLOAD_BYTES);
    }

    /** The argument of the task with that number, which is below {@link #COUNT}. */
    public Chunk chunk(long number) {
        return new Chunk(file, FIRST_ROW + number, ROWS);
    }

    /** So many of them, by number. */
    public List<Chunk> chunks(long first, int count) {
        return LongStream.range(first, first + count).mapToObj(this::chunk).toList();
    }

    /** The number of the task with that argument. */
    public static long number(Chunk chunk) {
        return chunk.firstRow() - FIRST_ROW;
    }
}
