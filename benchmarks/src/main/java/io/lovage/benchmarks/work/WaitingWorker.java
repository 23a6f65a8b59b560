package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * A worker for each measurement, which begins when the worker has its first tasks: to join a group takes a while, and
 * is measured elsewhere.
 */
final class WaitingWorker implements Draining.Drain {
    private static final long TIMEOUT_SECONDS = 60;
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final Lovage lovage;
    private CountDownLatch left = new CountDownLatch(0);
    private CountDownLatch open = new CountDownLatch(0);
    private @Nullable Worker worker;

    WaitingWorker(Lovage lovage) {
        this.lovage = lovage;
    }

    @Override
    public void begin(int tasks) throws InterruptedException, TimeoutException {
        CountDownLatch here = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch undone = new CountDownLatch(tasks);
        open = gate;
        left = undone;
        worker = lovage.worker()
                .concurrency(Workload.SLOTS)
                .prefetch(Workload.PREFETCH)
                .handle(Workload.IMPORT, (chunk, context) -> {
                    here.countDown();
                    gate.await();
                    undone.countDown();
                    return null;
                })
                .start();
        if (!here.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("the worker got nothing");
        }
    }

    @Override
    public void run(int tasks) throws InterruptedException {
        Worker waiting = Objects.requireNonNull(worker, "nothing has begun");
        open.countDown();
        left.await();
        waiting.stop(GRACE);
        Expect.equal("tasks that succeeded", tasks, waiting.stats().succeeded());
    }

    @Override
    public void close() {
        lovage.close();
    }
}
