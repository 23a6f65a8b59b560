package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.latency.PointFigures.Percentiles;
import io.lovage.benchmarks.report.Latencies;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** Medians of several rounds. */
final class Medians {
    private Medians() {}

    /** Of each percentile by itself. */
    static Latencies of(List<Percentiles> rounds) {
        return new Latencies(
                of(rounds, Percentiles::p50),
                of(rounds, Percentiles::p90),
                of(rounds, Percentiles::p99),
                of(rounds, Percentiles::p999),
                of(rounds, Percentiles::most));
    }

    private static double of(List<Percentiles> rounds, ToDoubleFunction<Percentiles> figure) {
        return of(rounds.stream().mapToDouble(figure).toArray());
    }

    /** Of at least one number. */
    static double of(double... numbers) {
        double[] sorted = numbers.clone();
        Arrays.sort(sorted);
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }
}
