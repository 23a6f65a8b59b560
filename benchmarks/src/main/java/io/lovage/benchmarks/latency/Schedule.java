package io.lovage.benchmarks.latency;

import java.time.Duration;

/**
 * When the tasks of one point are to be sent: one after the other at equal distances, whatever becomes of them.
 *
 * @param rate tasks/s
 * @param warmup how many tasks at the beginning are not counted
 * @param tasks how many there are, those of the warm-up among them
 */
record Schedule(double rate, int warmup, int tasks) {
    private static final double SECOND = 1e9;

    Schedule {
        if (!(rate > 0) || warmup < 0 || tasks <= warmup) {
            throw new IllegalArgumentException(
                    "not possible: rate " + rate + ", warm-up " + warmup + ", tasks " + tasks);
        }
    }

    /** So long at a rate, and at least one task. */
    static Schedule of(double rate, Duration warmup, Duration counted) {
        int before = (int) (rate * warmup.toNanos() / SECOND);
        int after = Math.max(1, (int) (rate * counted.toNanos() / SECOND));
        return new Schedule(rate, before, before + after);
    }

    /** When a task is to be sent, in nanoseconds after the beginning. */
    long due(int task) {
        return (long) (task * SECOND / rate);
    }

    /** From the first task to where one more would stand, in nanoseconds. */
    long length() {
        return due(tasks);
    }

    boolean counts(int task) {
        return task >= warmup;
    }
}
