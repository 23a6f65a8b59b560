package io.lovage.benchmarks.report;

import org.jspecify.annotations.Nullable;

/**
 * What a task cost at one size. Immutable.
 *
 * @param at the size: so many queued, delayed, queues or slots
 * @param score in the unit of the row
 */
public record GrowthStep(
        long at,
        double score,
        @Nullable Double cpuMicrosClient,
        @Nullable Double cpuMicrosBroker,
        @Nullable Double stealPercent,
        @Nullable Double serverBytesPerTask) {
    public GrowthStep {
        Amounts.check("at", at);
        Amounts.check("score", score);
        Amounts.check("cpu_us_client", cpuMicrosClient);
        Amounts.check("cpu_us_broker", cpuMicrosBroker);
        Amounts.check("steal_percent", stealPercent);
        Amounts.check("server_bytes_per_task", serverBytesPerTask);
    }
}
