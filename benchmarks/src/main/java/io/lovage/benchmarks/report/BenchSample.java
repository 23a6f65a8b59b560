package io.lovage.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * One measured run of one case. Immutable.
 *
 * @param round samples of other variants with the same number were taken right before or after this one
 * @param score in the unit of the row; for latency the median of this run at the rate the row is about
 * @param p99Millis for latency, at the same rate; else null
 * @param cpuMicrosClient for each task; null where it is not known
 * @param cpuMicrosBroker for each task; null where it is not known
 * @param stealPercent what other guests took of the machine meanwhile; null where the system does not tell
 * @param repeated it was taken again because of that, and is kept here only to be seen
 */
public record BenchSample(
        int round,
        double score,
        @Nullable Double p99Millis,
        @Nullable Double cpuMicrosClient,
        @Nullable Double cpuMicrosBroker,
        @Nullable Double stealPercent,
        boolean repeated) {
    public BenchSample {
        Amounts.check("round", (long) round);
        Amounts.check("score", score);
        Amounts.check("p99_ms", p99Millis);
        Amounts.check("cpu_us_client", cpuMicrosClient);
        Amounts.check("cpu_us_broker", cpuMicrosBroker);
        Amounts.check("steal_percent", stealPercent);
    }
}
