package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Publishes one batch and returns when it is confirmed. Used by one thread. */
public interface Sender extends AutoCloseable {
    void send(List<Chunk> chunks) throws Exception;

    /** Waits for what it still waits for. */
    default void finish() throws Exception {}

    @Override
    void close() throws IOException, TimeoutException;

    /** As an application does it that wants no results. */
    static Sender of(Lovage lovage) {
        return new Sender() {
            @Override
            public void send(List<Chunk> chunks) {
                lovage.sendAll(chunks.stream()
                        .map(chunk -> Workload.IMPORT.with(chunk).ignoreResult())
                        .toList());
            }

            @Override
            public void close() {
                lovage.close();
            }
        };
    }
}
