package io.lovage.benchmarks;

import io.lovage.benchmarks.lane.LaneProcess;
import io.lovage.benchmarks.lane.Sample;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.report.Measured;
import io.lovage.benchmarks.work.Row;
import io.lovage.benchmarks.work.Trial;
import java.io.IOException;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Measures the variants of a row in turns, on the same server. What disturbs the machine for longer than a run disturbs
 * both; who begins changes from round to round, so that being second is no advantage.
 */
final class Comparison {
    private final Options options;
    private final Trial trial;
    private final PrintStream progress;

    Comparison(Options options, Trial trial, PrintStream progress) {
        this.options = options;
        this.trial = trial;
        this.progress = progress;
    }

    Measured measure(Row row) throws IOException {
        Map<Variant, LaneProcess> lanes = new EnumMap<>(Variant.class);
        try {
            for (Variant variant : row.variants()) {
                lanes.put(variant, LaneProcess.start(row, variant, trial.url(row.place())));
            }
            for (int warmup = 0; warmup < options.warmups(); warmup++) {
                round(row, lanes, warmup, new EnumMap<>(Variant.class));
            }
            Map<Variant, List<Sample>> samples = new EnumMap<>(Variant.class);
            for (int round = 0; round < options.rounds(); round++) {
                round(row, lanes, round, samples);
            }
            return new Measured(
                    row.name(),
                    row.facts(),
                    row.goal(),
                    samples.getOrDefault(Variant.LOVAGE, List.of()),
                    samples.getOrDefault(Variant.BARE, List.of()));
        } finally {
            for (LaneProcess lane : lanes.values()) {
                lane.close();
            }
        }
    }

    private void round(Row row, Map<Variant, LaneProcess> lanes, int round, Map<Variant, List<Sample>> samples)
            throws IOException {
        List<Map.Entry<Variant, LaneProcess>> turns = new ArrayList<>(lanes.entrySet());
        if (round % 2 == 1) {
            Collections.reverse(turns);
        }
        StringBuilder line = new StringBuilder(row.facts().title());
        for (Map.Entry<Variant, LaneProcess> turn : turns) {
            Variant variant = turn.getKey();
            Sample sample = turn.getValue().measure();
            samples.computeIfAbsent(variant, any -> new ArrayList<>()).add(sample);
            line.append(String.format(
                    Locale.ROOT, "  %s %,.0f/s %.1f µs", variant, sample.tasksPerSecond(), sample.cpuMicrosPerTask()));
        }
        progress.println(line);
    }
}
