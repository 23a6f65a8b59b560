package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.util.List;

/** Sends tasks and runs them in one JVM, both at the same time: encode, take, decode, run, settle. */
final class InMemory implements Work {
    private final List<Chunk> batch = Workload.chunks(Workload.BATCH);
    private final Lovage lovage = Lovage.inMemory();

    @Override
    public void prepare() {
        // every run brings its own tasks
    }

    @Override
    public void run() throws InterruptedException {
        WorkerRun.of(lovage, Workload.IN_MEMORY, this::send);
    }

    private void send() {
        for (int sent = 0; sent < Workload.IN_MEMORY; sent += Workload.BATCH) {
            lovage.sendAll(batch.stream()
                    .map(chunk -> Workload.IMPORT.with(chunk).ignoreResult())
                    .toList());
        }
    }

    @Override
    public void verify() {
        // the worker was asked when it stopped
    }

    @Override
    public void close() {
        lovage.close();
    }
}
