package io.lovage.internal.memory;

import io.lovage.spi.TimeSource;
import io.lovage.spi.TimeSource.Timer;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One timer that rings at the earliest time it was asked for; who hears it looks what is due and sets it again. It is
 * not taken back when the reason for it has gone: one needless ring is cheaper than a timer per poll or per lease.
 * Guarded by {@code lock}.
 */
final class Alarm {
    private static final long TOLERATED_NANOS = 1_000_000;

    private final ReentrantLock lock;
    private final TimeSource time;
    private final Runnable action;
    private @Nullable Timer timer;
    private long ringsAt;
    private int generation;

    /** The action runs without the lock. */
    Alarm(ReentrantLock lock, TimeSource time, Runnable action) {
        this.lock = lock;
        this.time = time;
        this.action = action;
    }

    /** Rings after this long at the latest. */
    void within(long nanos) {
        notLaterThan(time.nanoTime() + nanos);
    }

    /**
     * Rings when the clock shows {@code at}, at the latest. A timer takes a delay, so time that passes between reading
     * the clock and setting the timer makes it late; when a clock was advanced in between, it is set again.
     */
    void notLaterThan(long at) {
        if (timer != null && ringsAt - at <= 0) {
            return;
        }
        long now;
        do {
            cancel();
            now = time.nanoTime();
            int mine = generation;
            timer = time.after(Duration.ofNanos(Math.max(0, at - now)), () -> ring(mine));
        } while (time.nanoTime() - now > TOLERATED_NANOS);
        ringsAt = at;
    }

    boolean isSet() {
        return timer != null;
    }

    void cancel() {
        generation++;
        if (timer != null) {
            timer.cancel();
            timer = null;
        }
    }

    private void ring(int mine) {
        lock.lock();
        try {
            if (mine != generation) {
                return;
            }
            timer = null;
        } finally {
            lock.unlock();
        }
        action.run();
    }
}
