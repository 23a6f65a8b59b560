package io.lovage.benchmarks.report;

import org.jspecify.annotations.Nullable;

/** How long tasks took from their intended send, in milliseconds; null where it was not taken. Immutable. */
public record Latencies(
        @Nullable Double p50,
        @Nullable Double p90,
        @Nullable Double p99,
        @Nullable Double p999,
        @Nullable Double max) {
    /** A rate says nothing of latencies. */
    public static final Latencies NONE = new Latencies(null, null, null, null, null);

    public Latencies {
        Amounts.check("p50_ms", p50);
        Amounts.check("p90_ms", p90);
        Amounts.check("p99_ms", p99);
        Amounts.check("p999_ms", p999);
        Amounts.check("max_ms", max);
    }
}
