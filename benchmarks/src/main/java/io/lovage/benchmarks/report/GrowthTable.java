package io.lovage.benchmarks.report;

import io.lovage.benchmarks.report.GrowthFigures.Pair;
import io.lovage.benchmarks.workload.Workload;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What a full queue costs, as Markdown. */
public final class GrowthTable {
    private GrowthTable() {}

    public static String of(GrowthFigures figures) {
        return head(figures)
                + row("publish", figures.publish())
                + row("take + settle", figures.take())
                + String.format(
                        Locale.ROOT,
                        "\nRedis needs %,d bytes for each waiting task of %d bytes of argument.\n\n",
                        figures.bytesPerQueuedTask(),
                        Workload.PAYLOAD_BYTES);
    }

    private static String head(GrowthFigures figures) {
        return String.format(
                Locale.ROOT,
                """

                Taken %s with %s; full: %,d waiting, %,d delayed, %,d in the hands of a worker. Load average before %.1f.

                | what | empty, tasks/s | full, tasks/s | full by empty | goal |
                |---|---|---|---|---|
                """,
                figures.environment().started(),
                versions(figures),
                figures.load().waiting(),
                figures.load().delayed(),
                figures.load().leased(),
                figures.environment().loadBefore());
    }

    private static String versions(GrowthFigures figures) {
        return figures.environment().versions().entrySet().stream()
                .map(version -> version.getKey() + " " + version.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String row(String what, List<Pair> rounds) {
        Spread ratio = GrowthFigures.ratio(rounds);
        return String.format(
                Locale.ROOT,
                "| **%s** | %,.0f | %,.0f | **%.2f** (%.2f to %.2f) | %.2f, %s |\n",
                what,
                median(rounds, Pair::empty),
                median(rounds, Pair::full),
                ratio.median(),
                ratio.least(),
                ratio.most(),
                GrowthFigures.GOAL,
                ratio.median() >= GrowthFigures.GOAL ? "reached" : "**missed**");
    }

    private static double median(List<Pair> rounds, ToDoubleFunction<Pair> rate) {
        return Spread.of(rounds.stream().map(rate::applyAsDouble).toList()).median();
    }
}
