package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import java.util.List;

/**
 * One case with all that is known of it. Immutable.
 *
 * @param samples all that were taken, also those that were repeated
 * @param points latencies at several rates; empty for a throughput
 */
public record BenchRow(Case of, Terms terms, Outcome outcome, List<BenchSample> samples, List<BenchPoint> points) {
    public BenchRow {
        samples = List.copyOf(samples);
        points = List.copyOf(points);
    }

    /** The samples that count. */
    public List<BenchSample> used() {
        return samples.stream().filter(sample -> !sample.repeated()).toList();
    }
}
