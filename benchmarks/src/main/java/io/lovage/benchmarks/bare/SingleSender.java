package io.lovage.benchmarks.bare;

import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;

/** Sends tasks one by one without waiting. Used by one thread. */
public interface SingleSender extends AutoCloseable {
    /** Sends a task; the stage completes when the broker has confirmed it, or fails. */
    CompletionStage<?> send(Chunk chunk) throws IOException;

    @Override
    void close() throws IOException, TimeoutException;
}
