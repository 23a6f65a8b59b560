package io.lovage.benchmarks.workload;

import io.lovage.Task;
import java.util.List;
import java.util.stream.LongStream;

/** What is sent, and how much of it at once. The same for Lovage and for the bare client. */
public final class Workload {
    /** The task; its handler does nothing. */
    public static final Task<Chunk, Void> IMPORT = Task.of("flights.import", Chunk.class, Void.class);

    /** The size of one argument as JSON. */
    public static final int PAYLOAD_BYTES = 100;

    /** How many tasks go out in one confirmed batch. */
    public static final int BATCH = 1_000;

    /** How many published messages may wait for their confirm. */
    public static final int WINDOW = 1_024;

    /** How many deliveries may be in hand. */
    public static final int PREFETCH = 1_000;

    /** How many handlers run at once where there is a worker. */
    public static final int SLOTS = 2;

    /** How many tasks one measurement publishes. */
    public static final int PUBLISHED = 20_000;

    /** How many tasks one measurement publishes to Redis, which takes them faster. */
    public static final int PUSHED = 100_000;

    /** How many waiting messages one measurement takes and acknowledges. */
    public static final int DRAINED = 50_000;

    /** About how many messages a batch over Kafka has; Lovage's default. */
    public static final int TAKEN = 500;

    /** How many consumers take one message each over Kafka. */
    public static final int LANES = 16;

    /** How many messages one measurement takes one by one. */
    public static final int ONE_BY_ONE = 4_000;

    /** How many tasks one measurement sends and runs in memory. */
    public static final int IN_MEMORY = 200_000;

    /** How many messages one measurement writes or reads without sending them. */
    public static final int CODED = 200_000;

    private static final String FILE = "/srv/imports/2026-11-22/flights-over-the-north-sea-01.csv";
    private static final long FIRST_ROW = 100_000_000;
    private static final int ROWS = 500;

    private Workload() {}

    /** So many arguments, each of {@link #PAYLOAD_BYTES}. */
    public static List<Chunk> chunks(int count) {
        return LongStream.range(0, count)
                .mapToObj(index -> new Chunk(FILE, FIRST_ROW + index * ROWS, ROWS))
                .toList();
    }
}
