package io.lovage.benchmarks.report;

import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What came out. What is not known is null. Immutable.
 *
 * @param score tasks/s, for latency the median in milliseconds
 * @param lost tasks that were sent and never came; null where nobody counted
 * @param duplicates deliveries of tasks that had come before; null where nobody counted
 * @param unknown why something is null, by its key in the JSON
 */
public record Outcome(
        @Nullable Double score,
        Latencies latencies,
        Costs costs,
        @Nullable Long lost,
        @Nullable Long duplicates,
        Map<String, String> unknown) {
    public Outcome {
        Amounts.check("score", score);
        Amounts.check("lost", lost);
        Amounts.check("duplicates", duplicates);
        unknown = Collections.unmodifiableMap(new LinkedHashMap<>(unknown));
    }

    /** The medians of what counts of these samples; null where no sample knows. */
    public static Outcome of(List<BenchSample> samples, @Nullable Long lost, @Nullable Long duplicates) {
        List<BenchSample> used =
                samples.stream().filter(sample -> !sample.repeated()).toList();
        Costs costs = new Costs(
                median(used, BenchSample::cpuMicrosClient),
                median(used, BenchSample::cpuMicrosBroker),
                median(used, BenchSample::stealPercent),
                null,
                null,
                null);
        return new Outcome(median(used, BenchSample::score), Latencies.NONE, costs, lost, duplicates, Map.of());
    }

    public Outcome latencies(Latencies taken) {
        return new Outcome(score, taken, costs, lost, duplicates, unknown);
    }

    public Outcome costs(Costs known) {
        return new Outcome(score, latencies, known, lost, duplicates, unknown);
    }

    /** With the reason for one null. */
    public Outcome unknown(String key, String why) {
        Map<String, String> reasons = new LinkedHashMap<>(unknown);
        reasons.put(key, why);
        return new Outcome(score, latencies, costs, lost, duplicates, reasons);
    }

    private static @Nullable Double median(
            Collection<BenchSample> samples, Function<BenchSample, @Nullable Double> figure) {
        List<Double> known =
                samples.stream().map(figure).filter(Objects::nonNull).toList();
        return known.isEmpty() ? null : Spread.of(known).median();
    }
}
