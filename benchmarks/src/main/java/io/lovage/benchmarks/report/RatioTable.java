package io.lovage.benchmarks.report;

import io.lovage.benchmarks.report.Measured.Sample;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The figures as Markdown. */
public final class RatioTable {
    /** The name of the table in a document. */
    public static final String SECTION = "ratios";

    private static final String NOTHING = "–";

    private RatioTable() {}

    public static String of(Figures figures) {
        return head(figures.environment()) + rows(figures) + foot(figures);
    }

    private static String head(Environment on) {
        String versions = on.versions().entrySet().stream()
                .map(version -> version.getKey() + " " + version.getValue())
                .collect(Collectors.joining(", "));
        return format(
                """

                Taken %s on %s, %d cores, %s; %s with `%s`; %s. Load average before %.1f, after %.1f.

                """,
                on.started(),
                on.processor(),
                on.cores(),
                on.system(),
                on.jvm(),
                on.jvmOptions(),
                versions,
                on.loadBefore(),
                on.loadAfter());
    }

    private static String rows(Figures figures) {
        return """
                | what | guarantee | Lovage, tasks/s | bare client, tasks/s | ratio | client CPU per task | goal |
                |---|---|---|---|---|---|---|
                """ + figures.rows().stream().map(RatioTable::row).collect(Collectors.joining());
    }

    private static String row(Measured row) {
        return format(
                "| **%s**: %s | %s | %s | %s | %s | %s | %s |\n",
                row.facts().title(),
                row.facts().settings(),
                row.facts().guarantee(),
                rate(row.lovage()),
                row.hasBare() ? rate(row.bare()) : NOTHING,
                row.hasBare() ? ratio(row.ratio()) : NOTHING,
                cpu(row),
                goal(row));
    }

    private static String rate(List<Sample> samples) {
        Spread rate = Measured.rate(samples);
        return format("%,.0f (%,.0f to %,.0f)", rate.median(), rate.least(), rate.most());
    }

    private static String ratio(Spread ratio) {
        return format("**%.2f** (%.2f to %.2f)", ratio.median(), ratio.least(), ratio.most());
    }

    private static String cpu(Measured row) {
        double lovage = Measured.cpu(row.lovage()).median();
        return row.hasBare()
                ? format(
                        "%.1f µs, bare %.1f µs",
                        lovage, Measured.cpu(row.bare()).median())
                : format("%.1f µs", lovage);
    }

    private static String goal(Measured row) {
        String reached = row.reached() ? ", reached" : ", **missed**";
        return switch (row.goal().kind()) {
            case RATIO -> format("ratio %.2f", row.goal().least()) + reached;
            case TASKS_PER_SECOND -> format("%,.0f tasks/s", row.goal().least()) + reached;
            case NONE -> NOTHING;
        };
    }

    private static String foot(Figures figures) {
        int rounds = figures.rows().stream()
                .mapToInt(row -> row.lovage().size())
                .min()
                .orElse(0);
        return format("""

                Medians of %d rounds; in brackets the least and the most. A ratio is taken within a round.

                """, rounds);
    }

    private static String format(String pattern, Object... values) {
        return String.format(Locale.ROOT, pattern, values);
    }
}
