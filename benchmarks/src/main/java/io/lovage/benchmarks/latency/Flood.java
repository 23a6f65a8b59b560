package io.lovage.benchmarks.latency;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The most that goes through a line: as many tasks as fit into a window are on the way at any time. Used once, by one
 * thread.
 */
final class Flood implements Measurement {
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

    /** Answers tasks/s. The time runs from the first task's end: a worker takes a while to join. */
    double run(Duration warmup, Duration counted) throws Exception {
        handling.tell(this);
        send();
        awaitAll();
        long countFrom = pace.nanoTime() + warmup.toNanos();
        long until = countFrom + counted.toNanos();
        sendUntil(countFrom);
        long from = pace.nanoTime();
        long before = ended.get();
        sendUntil(until);
        double rate = (ended.get() - before) * 1e9 / (pace.nanoTime() - from);
        awaitAll();
        return rate;
    }

    /** How many numbers it has used, from 0. */
    long sent() {
        return sent;
    }

    private void sendUntil(long nanoTime) throws Exception {
        while (pace.nanoTime() < nanoTime) {
            send();
        }
    }

    private void send() throws Exception {
        take(1);
        CompletionStage<?> confirmed = line.send(Numbered.chunk(sent++));
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
