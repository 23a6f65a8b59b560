package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.engine.WarmUp;
import io.lovage.benchmarks.workload.Numbered;
import io.lovage.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The most that goes through a line: as many tasks as fit into a window are on the way at any time. Used by one thread.
 */
final class Flood implements Measurement {
    private static final Numbered TASKS = new Numbered(Workload.PAYLOAD_BYTES);

    /** How many tasks are on the way. */
    static final int WINDOW = 1_024;

    private static final long TIMEOUT_SECONDS = 60;

    private final Pace pace;
    private final Handling handling;
    private final Line line;
    private final Semaphore free = new Semaphore(WINDOW);
    private final AtomicLong ended = new AtomicLong();
    private final AtomicReference<@Nullable Throwable> refused = new AtomicReference<>();
    private long sent;

    Flood(Pace pace, Handling handling, Line line) {
        this.pace = pace;
        this.handling = handling;
        this.line = line;
    }

    /**
     * Answers the best of some slices, in tasks/s. The time runs from the first task's end: a worker takes a while to
     * join. The compiler takes a while as well: one looks until it has stopped rising, or often enough.
     */
    double run(Duration slice, int mostSlices) throws Exception {
        handling.tell(this);
        send();
        awaitAll();
        WarmUp warmUp = new WarmUp();
        double best = 0;
        for (int run = 0; run < mostSlices && !warmUp.isOver(); run++) {
            double rate = rate(slice);
            warmUp.ran(rate);
            best = Math.max(best, rate);
        }
        awaitAll();
        return best;
    }

    /** Sends so many tasks and returns when all have been run. */
    void pass(int tasks) throws Exception {
        handling.tell(this);
        for (int task = 0; task < tasks; task++) {
            send();
        }
        awaitAll();
    }

    private double rate(Duration slice) throws Exception {
        long from = pace.nanoTime();
        long before = ended.get();
        while (pace.nanoTime() - from < slice.toNanos()) {
            send();
        }
        return (ended.get() - before) * 1e9 / (pace.nanoTime() - from);
    }

    /** How many numbers it has used, from 0. */
    long sent() {
        return sent;
    }

    private void send() throws Exception {
        take(1);
        CompletionStage<?> confirmed = line.send(TASKS.chunk(sent++));
        confirmed.whenComplete((done, failure) -> {
            if (failure != null) {
                refused.set(failure);
            }
        });
    }

    private void awaitAll() throws Exception {
        take(WINDOW);
        free.release(WINDOW);
    }

    private void take(int permits) throws Exception {
        boolean taken = free.tryAcquire(permits, TIMEOUT_SECONDS, TimeUnit.SECONDS);
        Throwable failure = refused.get();
        if (failure != null) {
            throw new IllegalStateException("a task was not confirmed", failure);
        }
        if (!taken) {
            throw new TimeoutException(
                    "of " + sent + " tasks " + ended.get() + " were run, and then none for " + TIMEOUT_SECONDS + " s");
        }
    }

    @Override
    public long taskNanos() {
        return 0;
    }

    @Override
    public void ended(long number, long at) {
        ended.incrementAndGet();
        free.release();
    }
}
