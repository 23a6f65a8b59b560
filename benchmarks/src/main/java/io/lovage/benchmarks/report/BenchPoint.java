package io.lovage.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * Latencies at one rate. Immutable.
 *
 * @param rate at which tasks were to be sent, in tasks/s
 * @param share of the broker's own most, 0 to 1; null where the rate is one that all brokers were given
 * @param taskMillis how long each task runs
 * @param achieved the rate that came out; null where it was not taken
 * @param behindMillis how far behind its schedule a run ended that could not keep the rate; it has no latencies, since
 *     each task waited longer than the one before it. Null where the rate was kept
 */
public record BenchPoint(
        double rate,
        @Nullable Double share,
        double taskMillis,
        @Nullable Double achieved,
        @Nullable Double behindMillis,
        Latencies latencies) {
    public BenchPoint {
        Amounts.check("rate", rate);
        Amounts.check("share", share);
        Amounts.check("task_ms", taskMillis);
        Amounts.check("achieved", achieved);
        Amounts.check("behind_ms", behindMillis);
    }
}
