package io.lovage.testing;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/**
 * A clock that stands still until it is told to go on. {@link #advance} runs what falls due on the caller's thread, in
 * the order of the due times, each at its own time. Thread-safe.
 *
 * <p>An action that throws does not stop the others; what it threw comes out of {@code advance} at the end, so that a
 * test sees it.
 */
public final class ManualClock implements TimeSource {
    private final PriorityQueue<Scheduled> waiting =
            new PriorityQueue<>(Comparator.comparingLong(Scheduled::dueNanos).thenComparingLong(Scheduled::sequence));
    private final Instant origin;
    private long elapsedNanos;
    private long sequence;

    /** Begins at 2030-01-01T00:00:00Z, so that tests read the same every day. */
    public ManualClock() {
        this(Instant.parse("2030-01-01T00:00:00Z"));
    }

    public ManualClock(Instant origin) {
        this.origin = origin;
    }

    @Override
    public synchronized Instant now() {
        return origin.plusNanos(elapsedNanos);
    }

    @Override
    public synchronized long nanoTime() {
        return elapsedNanos;
    }

    @Override
    public synchronized Timer after(Duration delay, Runnable action) {
        Scheduled scheduled = new Scheduled(later(elapsedNanos, delay), sequence++, action);
        waiting.add(scheduled);
        return () -> cancel(scheduled);
    }

    private synchronized void cancel(Scheduled scheduled) {
        waiting.remove(scheduled);
    }

    /**
     * Lets this much time pass.
     *
     * @throws IllegalArgumentException when {@code duration} is negative: time does not go back
     */
    public void advance(Duration duration) {
        if (duration.isNegative()) {
            throw new IllegalArgumentException("time does not go back: " + duration);
        }
        long target;
        synchronized (this) {
            target = later(elapsedNanos, duration);
        }
        List<RuntimeException> failures = new ArrayList<>();
        for (Runnable due = nextUntil(target); due != null; due = nextUntil(target)) {
            try {
                due.run();
            } catch (RuntimeException failed) {
                failures.add(failed);
            }
        }
        if (!failures.isEmpty()) {
            RuntimeException first = failures.get(0);
            failures.stream().skip(1).forEach(first::addSuppressed);
            throw first;
        }
    }

    /** Goes on to the next action that is due by then and returns it; null, at the target, when there is none. */
    private synchronized @Nullable Runnable nextUntil(long target) {
        Scheduled next = waiting.peek();
        if (next == null || next.dueNanos() > target) {
            elapsedNanos = Math.max(elapsedNanos, target);
            return null;
        }
        waiting.remove();
        elapsedNanos = Math.max(elapsedNanos, next.dueNanos());
        return next.action();
    }

    /** The sum, or the end of time when it is beyond. */
    private static long later(long nanos, Duration delay) {
        if (delay.compareTo(Duration.ofNanos(Long.MAX_VALUE - nanos)) >= 0) {
            return Long.MAX_VALUE;
        }
        return nanos + Math.max(0, delay.toNanos());
    }

    /** How many actions wait for their time; for tests of code that must leave none behind. */
    public synchronized int waitingActions() {
        return waiting.size();
    }

    private record Scheduled(long dueNanos, long sequence, Runnable action) {}
}
