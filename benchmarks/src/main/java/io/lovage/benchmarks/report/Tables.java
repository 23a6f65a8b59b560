package io.lovage.benchmarks.report;

import static io.lovage.benchmarks.report.Words.NOTHING;

import io.lovage.benchmarks.plan.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a report says, in tables: every broker with the bare client beside it. */
public final class Tables {
    private static final List<String> RATES = List.of(
            "broker",
            "level",
            "Lovage",
            "bare client",
            "Lovage / bare",
            "goal",
            "ceiling",
            "bare / ceiling",
            "client CPU µs (bare)",
            "broker CPU µs (bare)",
            "lost",
            "duplicates");
    private static final List<String> LATENCIES = List.of(
            "broker",
            "level",
            "at",
            "p50 ms (bare)",
            "p99 ms (bare)",
            "p99 Lovage / bare",
            "goal",
            "lost",
            "duplicates");

    private static final List<String> BRIEF = List.of(
            "broker",
            "level",
            "at",
            "Lovage",
            "bare client",
            "p50 ms (bare)",
            "p99 ms (bare)",
            "Lovage / bare",
            "p99 Lovage / bare",
            "goal",
            "lost",
            "duplicates");

    private Tables() {}

    /** The comparison without what it cost, so that it fits a terminal. */
    public static List<Table> brief(BenchReport report) {
        return comparison(report).stream().map(table -> table.only(BRIEF)).toList();
    }

    /** The comparison: a table for each thing that was measured, at each payload. */
    public static List<Table> comparison(BenchReport report) {
        List<Group> groups = Group.of(report);
        List<Table> tables = new ArrayList<>();
        for (What what : What.values()) {
            groups.stream()
                    .filter(group -> group.of().what() == what)
                    .collect(Collectors.groupingBy(group -> group.of().payload(), TreeMap::new, Collectors.toList()))
                    .forEach((payload, same) -> tables.add(comparison(what, payload, same)));
        }
        return tables;
    }

    private static Table comparison(What what, int payload, List<Group> groups) {
        String title = Words.title(what) + ", " + what.unit() + ", " + Words.bytes(payload);
        return what == What.LATENCY
                ? new Table(
                        title, LATENCIES, groups.stream().map(Tables::latency).toList(), 3)
                : new Table(title, RATES, groups.stream().map(Tables::rate).toList(), 2);
    }

    private static List<String> rate(Group group) {
        return List.of(
                group.of().contender().label(),
                group.of().level().label(),
                Words.whole(score(group.lovage())),
                Words.whole(score(group.bare())),
                group.ratio().map(Words::spread).orElse(NOTHING),
                Goals.verdict(group).orElse(NOTHING),
                Words.whole(score(group.ceiling())),
                strength(group),
                beside(group, row -> Words.small(row.outcome().costs().cpuMicrosClient())),
                beside(group, row -> Words.small(row.outcome().costs().cpuMicrosBroker())),
                counts(group, row -> row.outcome().lost()),
                counts(group, row -> row.outcome().duplicates()));
    }

    private static String strength(Group group) {
        return group.strength()
                .map(spread -> Words.spread(spread)
                        + Goals.strength(group).map(goal -> "; " + goal).orElse(""))
                .orElse(NOTHING);
    }

    private static List<String> latency(Group group) {
        return List.of(
                group.of().contender().label(),
                group.of().level().label(),
                group.lovage()
                        .map(row -> row.terms().parameters().getOrDefault("rate", NOTHING))
                        .orElse(NOTHING),
                beside(group, row -> Words.latency(row.outcome().latencies().p50())),
                beside(group, row -> Words.latency(row.outcome().latencies().p99())),
                group.ratio().map(Words::spread).orElse(NOTHING),
                Goals.verdict(group).orElse(NOTHING),
                counts(group, row -> row.outcome().lost()),
                counts(group, row -> row.outcome().duplicates()));
    }

    private static @Nullable Double score(Optional<BenchRow> row) {
        return row.map(BenchRow::outcome).map(Outcome::score).orElse(null);
    }

    private static String beside(Group group, Function<BenchRow, String> figure) {
        String ours = group.lovage().map(figure).orElse(NOTHING);
        return group.bare().map(figure).map(bare -> ours + " (" + bare + ")").orElse(ours);
    }

    /** One number where it is everybody's; else each by its name. */
    private static String counts(Group group, Function<BenchRow, @Nullable Long> count) {
        List<String> all = group.rows().stream()
                .map(row -> Words.count(count.apply(row)))
                .distinct()
                .toList();
        if (all.size() == 1) {
            return all.get(0);
        }
        return group.rows().stream()
                .map(row -> row.of().variant().label() + " " + Words.count(count.apply(row)))
                .collect(Collectors.joining(", "));
    }
}
