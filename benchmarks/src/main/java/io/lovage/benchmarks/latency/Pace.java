package io.lovage.benchmarks.latency;

/** The clock of a measurement, and waiting by it. Thread-safe. */
interface Pace {
    /** In nanoseconds from an arbitrary origin. */
    long nanoTime();

    /** Returns when it is that late, at once when it is later. */
    void until(long nanoTime) throws InterruptedException;
}
