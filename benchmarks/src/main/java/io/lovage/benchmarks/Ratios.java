package io.lovage.benchmarks;

import io.lovage.benchmarks.lane.LaneProcess;
import io.lovage.benchmarks.report.Environment;
import io.lovage.benchmarks.report.Figures;
import io.lovage.benchmarks.report.Measured;
import io.lovage.benchmarks.report.RatioTable;
import io.lovage.benchmarks.report.Section;
import io.lovage.benchmarks.work.Row;
import io.lovage.benchmarks.work.Trial;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Compares Lovage with the bare client on private servers and prints the table; {@code docs/benchmarks.md} says how to
 * start it. Ends with 1 when a goal was missed.
 */
public final class Ratios {
    /** The name of the table in a document. */
    public static final String SECTION = "ratios";

    private static final int MISSED = 1;

    private Ratios() {}

    public static void main(String[] arguments) throws Exception {
        Options options = Options.parse(arguments);
        Figures figures = options.render() ? Figures.read(options.json().orElseThrow()) : measure(options);
        System.out.println(RatioTable.of(figures));
        if (options.document().isPresent()) {
            new Section(options.document().get(), SECTION).write(RatioTable.of(figures));
        }
        if (!figures.rows().stream().allMatch(Measured::reached)) {
            System.exit(MISSED);
        }
    }

    private static Figures measure(Options options) throws IOException {
        double loadBefore = Environment.load();
        List<Measured> rows = new ArrayList<>();
        try (Trial trial = Trial.start(options.rows())) {
            Comparison comparison = new Comparison(options, trial, System.err);
            for (Row row : options.rows()) {
                rows.add(comparison.measure(row));
            }
            Figures figures = new Figures(
                    Surroundings.look(Surroundings.servers(trial), LaneProcess.JVM_OPTIONS, loadBefore), rows);
            if (options.json().isPresent()) {
                figures.write(options.json().get());
            }
            return figures;
        }
    }
}
