package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A report as Markdown, for documents: whole, and in a few lines. */
public final class Summary {
    private static final String NO_RUN =
            "\nNo full run is committed yet. `bin/lovage bench` measures on your machine.\n\n";

    private Summary() {}

    /** The part of {@code docs/benchmarks.md}. */
    public static String whole(Optional<BenchReport> report) {
        return report.map(Summary::whole).orElse(NO_RUN);
    }

    private static String whole(BenchReport report) {
        Stream<Table> compared = Tables.comparison(report).stream();
        return Stream.of(
                                Stream.of(Choosing.table(report, Facts.declared())),
                                compared,
                                Stream.of(Setting.costs(report), Setting.environment(report), Setting.unknown(report)))
                        .flatMap(tables -> tables)
                        .filter(table -> !table.isEmpty())
                        .map(table -> "**" + table.title() + "**\n\n" + table.markdown())
                        .collect(Collectors.joining("\n", "\n", "\n"))
                + "Scores are medians of interleaved rounds; in brackets the least and the most of the rounds' ratios.\n\n";
    }

    /** The part of the README. */
    public static String few(Optional<BenchReport> report) {
        return report.map(Summary::few).orElse(NO_RUN);
    }

    private static String few(BenchReport report) {
        List<List<String>> rows = Stream.of(Contender.values())
                .filter(contender ->
                        report.rows().stream().anyMatch(row -> row.of().contender() == contender))
                .map(contender -> row(report, contender))
                .toList();
        Table table = new Table(
                "",
                List.of(
                        "tasks/s (by the bare client's)",
                        "level",
                        Words.title(What.PUBLISH),
                        Words.title(What.CONSUME),
                        Words.title(What.END_TO_END),
                        "p99, ms (bare)"),
                rows,
                2);
        return "\n" + table.markdown() + "\n"
                + report.environment().machine().cores() + " cores of "
                + report.environment().machine().processor()
                + ", 100 bytes of argument, broker and client on one machine.\n\n";
    }

    private static List<String> row(BenchReport report, Contender contender) {
        List<String> cells = new ArrayList<>();
        cells.add(Words.title(contender));
        cells.add(contender.usual().label());
        for (What what : List.of(What.PUBLISH, What.CONSUME, What.END_TO_END)) {
            cells.add(group(report, contender, what).map(Summary::rate).orElse(Words.NOTHING));
        }
        cells.add(group(report, contender, What.LATENCY).map(Summary::latency).orElse(Words.NOTHING));
        return cells;
    }

    private static String rate(Group group) {
        String score =
                Words.whole(group.lovage().map(row -> row.outcome().score()).orElse(null));
        return score
                + group.ratio()
                        .map(ratio -> Words.format(" (%.2f)", ratio.median()))
                        .orElse("");
    }

    private static String latency(Group group) {
        return group.lovage().map(Summary::p99).orElse(Words.NOTHING)
                + group.bare().map(row -> " (" + p99(row) + ")").orElse("");
    }

    private static String p99(BenchRow row) {
        return Words.latency(row.outcome().latencies().p99());
    }

    private static Optional<Group> group(BenchReport report, Contender contender, What what) {
        return Group.of(report).stream()
                .filter(group -> group.of().contender() == contender
                        && group.of().level() == contender.usual()
                        && group.of().what() == what
                        && group.of().payload() == Plan.LEAST_PAYLOAD)
                .findFirst();
    }
}
