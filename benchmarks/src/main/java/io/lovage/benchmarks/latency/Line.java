package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/**
 * One sender and one worker at the two ends of a queue of their own, each with a connection of its own, as two programs
 * would have. Thread-safe.
 */
interface Line extends AutoCloseable {
    /** Sends one task; the stage completes when the broker has confirmed it, or fails. */
    CompletionStage<?> send(Chunk chunk) throws Exception;

    /**
     * Looks whether all is well.
     *
     * @throws IOException when the worker has met an error and does not go on
     */
    void check() throws IOException;

    /** Stops both, and removes the queue where that is the bare client's task. */
    @Override
    void close() throws IOException, TimeoutException;
}
