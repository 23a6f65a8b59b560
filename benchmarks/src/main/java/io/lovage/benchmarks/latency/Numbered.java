package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;

/** Tasks that can be told apart by a number that travels in their argument. */
final class Numbered {
    private static final Chunk FIRST = Workload.chunks(1).get(0);

    /** A larger number would make the argument longer. */
    private static final long NUMBERS = 900_000_000L - 1;

    private Numbered() {}

    /**
     * The task of that number.
     *
     * @throws IllegalArgumentException when the number is negative or takes more bytes than others
     */
    static Chunk chunk(long number) {
        if (number < 0 || number >= NUMBERS) {
            throw new IllegalArgumentException("no number of a task: " + number);
        }
        return new Chunk(FIRST.file(), FIRST.firstRow() + number, FIRST.rows());
    }

    static long number(Chunk chunk) {
        return chunk.firstRow() - FIRST.firstRow();
    }
}
