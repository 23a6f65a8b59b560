package io.lovage.internal.control;

import java.util.concurrent.atomic.AtomicLong;

/** Lamport's clock, by which Celery orders the events of many nodes. Thread-safe. */
final class LogicalClock {
    private final AtomicLong value = new AtomicLong();

    /** For something that happens here. */
    long forward() {
        return value.incrementAndGet();
    }

    /** Something was heard of that happened at {@code other}. */
    void adjust(long other) {
        value.accumulateAndGet(other, (mine, seen) -> Math.max(mine, seen) + 1);
    }

    long now() {
        return value.get();
    }
}
