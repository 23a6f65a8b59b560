package io.lovage.console.demo;

/** Measures time; the only class of this module that asks the clock. Thread-safe. */
final class Stopwatch {
    private static final double NANOS_OF_A_SECOND = 1e9;

    private final long start = System.nanoTime();

    private Stopwatch() {}

    static Stopwatch started() {
        return new Stopwatch();
    }

    double seconds() {
        return (System.nanoTime() - start) / NANOS_OF_A_SECOND;
    }
}
