package io.lovage.testing;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * A clock that stands still until it is told to go on. {@link #advance} runs what falls due on the caller's thread, in
 * the order of the due times, each at its own time. Thread-safe.
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
        Scheduled scheduled = new Scheduled(elapsedNanos + Math.max(0, delay.toNanos()), sequence++, action);
        waiting.add(scheduled);
        return () -> cancel(scheduled);
    }

    private synchronized void cancel(Scheduled scheduled) {
        waiting.remove(scheduled);
    }

    /** Lets this much time pass. */
    public void advance(Duration duration) {
        long target;
        synchronized (this) {
            target = elapsedNanos + duration.toNanos();
        }
        while (true) {
            Scheduled next;
            synchronized (this) {
                next = waiting.peek();
                if (next == null || next.dueNanos() > target) {
                    elapsedNanos = Math.max(elapsedNanos, target);
                    return;
                }
                waiting.remove();
                elapsedNanos = Math.max(elapsedNanos, next.dueNanos());
            }
            next.action().run();
        }
    }

    /** How many actions wait for their time; for tests of code that must leave none behind. */
    public synchronized int waitingActions() {
        return waiting.size();
    }

    private record Scheduled(long dueNanos, long sequence, Runnable action) {}
}
