package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** A worker that lives for one measurement: what has stopped has settled everything it took. */
final class WorkerRun {
    private static final Duration GRACE = Duration.ofSeconds(60);

    private WorkerRun() {}

    /**
     * Runs so many tasks of the default queue, and stops.
     *
     * @param meanwhile what the caller does while the worker works
     */
    static void of(Lovage lovage, int tasks, Runnable meanwhile) throws InterruptedException {
        CountDownLatch left = new CountDownLatch(tasks);
        Worker worker = lovage.worker()
                .concurrency(Workload.SLOTS)
                .prefetch(Workload.PREFETCH)
                .handle(Workload.IMPORT, (chunk, context) -> {
                    left.countDown();
                    return null;
                })
                .start();
        meanwhile.run();
        left.await();
        worker.stop(GRACE);
        Expect.equal("tasks that succeeded", tasks, worker.stats().succeeded());
    }
}
