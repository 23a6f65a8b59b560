package io.lovage.benchmarks.bare;

import io.lovage.benchmarks.workload.Chunk;

/** What a task does. */
@FunctionalInterface
public interface TaskBody {
    void run(Chunk chunk) throws InterruptedException;
}
