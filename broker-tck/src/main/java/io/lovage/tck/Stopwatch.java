package io.lovage.tck;

import java.time.Duration;

/** Measures how long something took. Immutable. */
record Stopwatch(KitTime time, long startNanos) {
    static Stopwatch start(KitTime time) {
        return new Stopwatch(time, time.nanoTime());
    }

    Duration elapsed() {
        return Duration.ofNanos(time.nanoTime() - startNanos);
    }
}
