package io.lovage.benchmarks.latency;

import io.lovage.testing.ManualClock;
import java.time.Duration;

/** A clock that goes on when somebody waits by it. */
record ManualPace(ManualClock clock) implements Pace {
    @Override
    public long nanoTime() {
        return clock.nanoTime();
    }

    @Override
    public void until(long nanoTime) {
        long left = nanoTime - nanoTime();
        if (left > 0) {
            clock.advance(Duration.ofNanos(left));
        }
    }
}
