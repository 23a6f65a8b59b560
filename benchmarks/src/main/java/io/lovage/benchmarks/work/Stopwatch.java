package io.lovage.benchmarks.work;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.TimeSource;

/** Measures how long something takes. Thread-safe. */
public final class Stopwatch {
    private static final TimeSource TIME = new SystemTime(new NamedThreads("stopwatch"));

    private final long started = TIME.nanoTime();

    private Stopwatch() {}

    public static Stopwatch start() {
        return new Stopwatch();
    }

    /** The clock it measures by. */
    public static TimeSource clock() {
        return TIME;
    }

    public long nanos() {
        return TIME.nanoTime() - started;
    }
}
