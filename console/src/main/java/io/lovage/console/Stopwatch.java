package io.lovage.console;

/** Measures time; the only class of this module that asks the clock. Thread-safe. */
public final class Stopwatch {
    private static final double NANOS_OF_A_SECOND = 1e9;

    private final long start = System.nanoTime();

    private Stopwatch() {}

    public static Stopwatch started() {
        return new Stopwatch();
    }

    public double seconds() {
        return nanos() / NANOS_OF_A_SECOND;
    }

    public long nanos() {
        return System.nanoTime() - start;
    }
}
