package io.lovage.benchmarks.work;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.List;

/**
 * Sends batches and waits for each result; while one batch is waited for, the next one is on its way. Used by one
 * thread.
 */
final class RoundTrip implements Sender {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final Lovage lovage;
    private List<AsyncResult<Void>> before = List.of();

    RoundTrip(Lovage lovage) {
        this.lovage = lovage;
    }

    @Override
    public void send(List<Chunk> chunks) throws Exception {
        List<AsyncResult<Void>> sent =
                lovage.sendAll(chunks.stream().map(Workload.IMPORT::with).toList());
        await(before);
        before = sent;
    }

    @Override
    public void finish() throws Exception {
        await(before);
        before = List.of();
    }

    private static void await(List<AsyncResult<Void>> results) throws InterruptedException {
        for (AsyncResult<Void> result : results) {
            result.get(TIMEOUT);
        }
    }

    @Override
    public void close() {
        lovage.close();
    }
}
