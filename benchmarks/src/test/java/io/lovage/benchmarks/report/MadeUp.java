package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Reports that nobody measured, for the tests of what is made of reports. */
public final class MadeUp {
    static final int PAYLOAD = 100;

    private static final double[] WOBBLE = {1.0, 0.98, 1.03};

    private MadeUp() {}

    /** What a quick run looks like: each contender at its usual level. */
    public static BenchReport quick() {
        List<BenchRow> rows = Plan.quick().cases().stream().map(MadeUp::row).toList();
        return new BenchReport(environment(), rows, List.of());
    }

    /** With latencies at many rates, and growth. */
    public static BenchReport full() {
        List<BenchRow> rows = Plan.full().cases().stream().map(MadeUp::row).toList();
        List<GrowthRow> growth = new ArrayList<>();
        for (Contender contender : Contender.values()) {
            for (GrowthRow.Axis axis : GrowthRow.Axis.values()) {
                growth.add(growth(contender, axis));
            }
        }
        return new BenchReport(environment(), rows, growth);
    }

    public static BenchReport of(BenchRow... rows) {
        return new BenchReport(environment(), List.of(rows), List.of());
    }

    public static BenchEnvironment environment() {
        Environment machine = new Environment(
                "2030-01-01T00:00:00Z",
                "a processor",
                2,
                "an OS",
                "a JVM",
                "-Xmx2g",
                Map.of("Redis", "7.0.15"),
                0.5,
                2.5);
        return new BenchEnvironment(
                machine,
                "quick",
                "756cf2c",
                Map.of("redis D1", Map.of("appendfsync", "everysec", "save", "cannot be read back: renamed")));
    }

    public static Case publish(Contender contender, Variant variant) {
        return new Case(contender, contender.usual(), What.PUBLISH, variant, PAYLOAD);
    }

    /** A throughput whose rounds had these scores. */
    public static BenchRow row(Case of, double... scores) {
        return row(of, samples(scores), 0L, 0L);
    }

    static BenchRow row(Case of, List<BenchSample> samples, @Nullable Long lost, @Nullable Long duplicates) {
        Outcome outcome =
                Outcome.of(samples, lost, duplicates).unknown("wire_bytes_per_task", "nobody looked at the wire");
        return new BenchRow(of, terms(of), outcome, samples, List.of());
    }

    static List<BenchSample> samples(double... scores) {
        return IntStream.range(0, scores.length)
                .mapToObj(round -> new BenchSample(round, scores[round], null, 10.0, 7.5, 0.4, false))
                .toList();
    }

    private static BenchRow row(Case of) {
        return of.what() == What.LATENCY ? latency(of) : row(of, scores(of));
    }

    private static double[] scores(Case of) {
        double rate = 200_000.0 / of.contender().label().length();
        double share = switch (of.variant()) {
            case LOVAGE -> 0.9;
            case BARE -> 1.0;
            case CEILING -> 1.3;
        };
        double[] scores = new double[WOBBLE.length];
        for (int round = 0; round < scores.length; round++) {
            scores[round] = rate * share * WOBBLE[round];
        }
        return scores;
    }

    private static BenchRow latency(Case of) {
        double slower = of.variant() == Variant.LOVAGE ? 1.1 : 1;
        List<BenchSample> samples = IntStream.range(0, WOBBLE.length)
                .mapToObj(round -> new BenchSample(
                        round, slower * WOBBLE[round], 4 * slower * WOBBLE[round], 20.0, 9.0, 0.1, false))
                .toList();
        List<BenchPoint> points = List.of(
                new BenchPoint(100, null, 0, 100.0, null, latencies(slower)),
                new BenchPoint(1_000, null, 0, 999.0, null, latencies(slower)),
                new BenchPoint(1_000, null, 10, null, null, latencies(11 * slower)),
                new BenchPoint(8_000, 0.5, 0, 8_000.0, null, latencies(3 * slower)));
        Outcome outcome = Outcome.of(samples, 0L, 0L).latencies(latencies(slower));
        return new BenchRow(of, terms(of), outcome, samples, points);
    }

    private static Latencies latencies(double median) {
        return new Latencies(median, 2 * median, 4 * median, 8 * median, 20 * median);
    }

    private static Terms terms(Case of) {
        return new Terms("confirmed: " + of.level().promise(), Map.of("batch", "1000"));
    }

    private static GrowthRow growth(Contender contender, GrowthRow.Axis axis) {
        List<GrowthStep> steps = List.of(
                new GrowthStep(1, 30_000, 9.0, 5.0, 0.0, null),
                new GrowthStep(100, 29_000, 9.1, 5.1, null, 1_029.0),
                new GrowthStep(10_000, 29_500, 9.0, 5.0, 0.2, 1_030.0));
        Level level = contender.usual();
        return new GrowthRow(contender, level, axis, What.CONSUME, Variant.LOVAGE, steps);
    }
}
