package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Fills a queue in memory, then empties it, and looks at the heap on the way. */
public final class HeapDrain {
    private static final Duration GRACE = Duration.ofSeconds(60);

    private final int tasks;
    private final int looks;

    /**
     * A queue of so many tasks.
     *
     * @param tasks a multiple of {@link Workload#BATCH} and of {@code looks}
     * @param looks how often the heap is looked at while the queue is emptied
     */
    public HeapDrain(int tasks, int looks) {
        if (tasks < 1 || tasks % Workload.BATCH != 0 || tasks % looks != 0) {
            throw new IllegalArgumentException(
                    "tasks must be a multiple of " + Workload.BATCH + " and of " + looks + ", was " + tasks);
        }
        this.tasks = tasks;
        this.looks = looks;
    }

    /** Told what was seen. */
    public interface Observer {
        void saw(int done, long usedBytes);
    }

    /** Looks at the heap when everything is queued, and then whenever another share of the tasks has run. */
    public void run(Observer observer) throws InterruptedException {
        try (Lovage lovage = Lovage.inMemory()) {
            fill(lovage);
            observer.saw(0, usedBytes());
            int share = tasks / looks;
            List<CountDownLatch> shares =
                    Stream.generate(() -> new CountDownLatch(1)).limit(looks).toList();
            AtomicInteger done = new AtomicInteger();
            Worker worker = lovage.worker()
                    .concurrency(Workload.SLOTS)
                    .prefetch(Workload.PREFETCH)
                    .handle(Workload.IMPORT, (chunk, context) -> {
                        int count = done.incrementAndGet();
                        if (count % share == 0) {
                            shares.get(count / share - 1).countDown();
                        }
                        return null;
                    })
                    .start();
            for (int look = 1; look < looks; look++) {
                shares.get(look - 1).await();
                observer.saw(look * share, usedBytes());
            }
            shares.get(looks - 1).await();
            worker.stop(GRACE);
            observer.saw(tasks, usedBytes());
        }
    }

    private void fill(Lovage lovage) {
        List<Chunk> batch = Workload.chunks(Workload.BATCH);
        for (int sent = 0; sent < tasks; sent += Workload.BATCH) {
            lovage.sendAll(batch.stream()
                    .map(chunk -> Workload.IMPORT.with(chunk).ignoreResult())
                    .toList());
        }
    }

    /** What was left by a collection now, without what others have used since. */
    public static long usedBytes() {
        System.gc();
        return ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .map(MemoryPoolMXBean::getCollectionUsage)
                .filter(Objects::nonNull)
                .mapToLong(MemoryUsage::getUsed)
                .sum();
    }
}
