package io.lovage.benchmarks.latency;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
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
    /** How many tasks are on the way. */
    static final int WINDOW = 1_024;

    private static final long TIMEOUT_SECONDS = 60;
    private static final int LAST = 3;
    private static final double HARDLY = 1.05;

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
     * Answers tasks/s. The time runs from the first task's end: a worker takes a while to join. The compiler takes a
     * while as well: the last slices count, when they are hardly above the best one before them or there are enough.
     */
    double run(Duration slice, int mostSlices) throws Exception {
        handling.tell(this);
        send();
        awaitAll();
        List<Double> rates = new ArrayList<>();
        while (rates.size() < mostSlices && !hasStoppedRising(rates)) {
            rates.add(rate(slice));
        }
        awaitAll();
        return rates.subList(Math.max(0, rates.size() - LAST), rates.size()).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElse(0);
    }

    /** Sends so many tasks and returns when all have been run. */
    void pass(int tasks) throws Exception {
        handling.tell(this);
        for (int task = 0; task < tasks; task++) {
            send();
        }
        awaitAll();
    }

    static boolean hasStoppedRising(List<Double> rates) {
        int before = rates.size() - LAST;
        if (before < 1) {
            return false;
        }
        double best = Collections.max(rates.subList(0, before));
        return rates.subList(before, rates.size()).stream().allMatch(rate -> rate <= best * HARDLY);
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
