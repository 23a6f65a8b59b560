package io.lovage.benchmarks.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The heap while a queue in memory is emptied.
 *
 * @param emptyBytes used before anything was sent, after a collection
 * @param readings the first with everything queued, the last with everything done
 */
public record HeapFigures(String started, String jvm, int tasks, long emptyBytes, List<Reading> readings) {
    private static final long SLACK_BYTES = 32L << 20;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    public HeapFigures {
        readings = List.copyOf(readings);
    }

    /**
     * One look at the heap.
     *
     * @param done at least so many tasks had run
     * @param usedBytes after a collection
     */
    public record Reading(int done, long usedBytes) {}

    /** What one queued task occupies. */
    public long bytesPerQueuedTask() {
        return (readings.get(0).usedBytes() - emptyBytes) / tasks;
    }

    /** The most that may be used when so many are done: what still waits, and nothing for what is done. */
    public long allowedBytes(Reading reading) {
        return emptyBytes + bytesPerQueuedTask() * (tasks - reading.done()) + SLACK_BYTES;
    }

    /** Whether no reading was above what is allowed. */
    public boolean flat() {
        return readings.stream().allMatch(reading -> reading.usedBytes() <= allowedBytes(reading));
    }

    public static HeapFigures read(Path file) throws IOException {
        return JSON.readValue(Files.readString(file), HeapFigures.class);
    }

    public void write(Path file) throws IOException {
        Files.writeString(file, JSON.writeValueAsString(this) + "\n");
    }
}
