package io.lovage.benchmarks.latency;

import java.util.List;
import org.HdrHistogram.Histogram;

/** What was seen at one rate. */
record PointFigures(Sending sending, Ending ending, Percentiles percentiles) {
    /** How much of its length a run may end behind its schedule. */
    private static final double TOLERANCE = 0.05;

    private static final double MILLI = 1e6;

    /**
     * The sender's part.
     *
     * @param rate what was asked for, in tasks/s
     * @param planned how many tasks the schedule had
     * @param sent how many of them were sent: fewer when too many were on the way
     * @param refused how many the broker did not confirm
     */
    record Sending(double rate, int planned, int sent, int refused) {}

    /**
     * The worker's part.
     *
     * @param ended how many different tasks were run
     * @param duplicates how often a task was run that had been run before
     * @param lost the names of those that were sent and never run
     * @param behindNanos how long after its time the last one ended, its own duration not counted
     * @param achieved tasks/s that were run
     */
    record Ending(int ended, int duplicates, List<String> lost, long behindNanos, double achieved) {
        Ending {
            lost = List.copyOf(lost);
        }
    }

    /** From the moment a task should have been sent to the end of its handler, in milliseconds. */
    record Percentiles(long count, double p50, double p90, double p99, double p999, double most) {
        static Percentiles of(Histogram nanos) {
            return new Percentiles(
                    nanos.getTotalCount(),
                    nanos.getValueAtPercentile(50) / MILLI,
                    nanos.getValueAtPercentile(90) / MILLI,
                    nanos.getValueAtPercentile(99) / MILLI,
                    nanos.getValueAtPercentile(99.9) / MILLI,
                    nanos.getMaxValue() / MILLI);
        }
    }

    /**
     * Whether the rate was kept. Where it was not, every task waits longer than the one before it, and a percentile
     * only says for how long that went on.
     */
    boolean kept() {
        double length = sending.planned() / sending.rate() * 1e9;
        return sending.sent() == sending.planned() && ending.behindNanos() <= length * TOLERANCE;
    }
}
