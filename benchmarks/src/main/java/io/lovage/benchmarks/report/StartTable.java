package io.lovage.benchmarks.report;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How long tasks waited for workers, as Markdown. */
public final class StartTable {
    private static final String NOTHING = "–";

    private StartTable() {}

    public static String of(StartFigures figures) {
        String versions = figures.environment().versions().entrySet().stream()
                .map(version -> version.getKey() + " " + version.getValue())
                .collect(Collectors.joining(", "));
        String head = String.format(
                Locale.ROOT,
                """

                Taken %s with %s. Load average before %.1f.

                | what | Lovage, ms | bare client, ms | at best, ms |
                |---|---|---|---|
                """,
                figures.environment().started(),
                versions,
                figures.environment().loadBefore());
        int rounds = figures.rows().stream()
                .mapToInt(row -> row.lovageMillis().size())
                .min()
                .orElse(0);
        return head
                + figures.rows().stream().map(StartTable::row).collect(Collectors.joining())
                + "\nMedians of " + rounds + " rounds; in brackets the least and the most.\n\n";
    }

    private static String row(StartFigures.Row row) {
        return String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s |\n",
                row.what(),
                millis(row.lovageMillis()),
                millis(row.bareMillis()),
                row.best() == 0 ? NOTHING : String.format(Locale.ROOT, "%,.0f", row.best()));
    }

    private static String millis(List<Double> samples) {
        if (samples.isEmpty()) {
            return NOTHING;
        }
        Spread spread = Spread.of(samples);
        return String.format(Locale.ROOT, "**%,.0f** (%,.0f to %,.0f)", spread.median(), spread.least(), spread.most());
    }
}
