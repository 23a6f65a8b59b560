package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Which broker should I pick? What was measured and what is declared, a column for each broker in each of its forms.
 */
public final class Choosing {
    private Choosing() {}

    public static Table table(BenchReport report, Facts facts) {
        List<Contender> contenders = Stream.of(Contender.values())
                .filter(contender ->
                        report.rows().stream().anyMatch(row -> row.of().contender() == contender))
                .toList();
        List<List<String>> rows = new ArrayList<>();
        add(
                rows,
                contenders,
                "measured at",
                contender ->
                        contender.usual().label() + ": " + contender.usual().promise());
        for (What what : List.of(What.PUBLISH, What.CONSUME, What.END_TO_END, What.ROUND_TRIP)) {
            add(rows, contenders, Words.title(what) + ", tasks/s", contender -> rate(report, contender, what));
        }
        add(rows, contenders, "latency p50 / p99, ms", contender -> latency(report, contender));
        add(
                rows,
                contenders,
                "CPU of the broker, µs for each task",
                contender -> cost(
                        report,
                        contender,
                        row -> Words.small(row.outcome().costs().cpuMicrosBroker())));
        add(
                rows,
                contenders,
                "CPU of the client, µs for each task",
                contender -> cost(
                        report,
                        contender,
                        row -> Words.small(row.outcome().costs().cpuMicrosClient())));
        add(
                rows,
                contenders,
                "memory of the broker, bytes for each waiting task",
                contender -> cost(
                        report,
                        contender,
                        row -> Words.whole(row.outcome().costs().serverBytesPerTask())));
        facts.all().stream()
                .filter(Facts.Fact::choosing)
                .forEach(fact -> add(rows, contenders, fact.question(), contender -> fact.answer(contender.broker())));
        List<String> headers = new ArrayList<>(List.of(""));
        contenders.forEach(contender -> headers.add(Words.title(contender)));
        return new Table("Which broker should I pick?", headers, rows, headers.size());
    }

    private static void add(
            List<List<String>> rows, List<Contender> contenders, String question, Function<Contender, String> answer) {
        List<String> row = new ArrayList<>(List.of(question));
        contenders.forEach(contender -> row.add(answer.apply(contender)));
        if (row.stream().skip(1).anyMatch(cell -> !cell.equals(Words.NOTHING))) {
            rows.add(row);
        }
    }

    private static String rate(BenchReport report, Contender contender, What what) {
        return row(report, contender, what)
                .map(row -> Words.whole(row.outcome().score()))
                .orElse(Words.NOTHING);
    }

    private static String latency(BenchReport report, Contender contender) {
        return row(report, contender, What.LATENCY)
                .filter(row -> row.outcome().latencies().p50() != null)
                .map(row -> Words.latency(row.outcome().latencies().p50()) + " / "
                        + Words.latency(row.outcome().latencies().p99()) + at(row))
                .orElse(Words.NOTHING);
    }

    private static String at(BenchRow row) {
        String rate = row.terms().parameters().get("rate");
        return rate == null ? "" : " at " + rate;
    }

    /** End to end: sent, taken and settled. */
    private static String cost(BenchReport report, Contender contender, Function<BenchRow, String> figure) {
        return row(report, contender, What.END_TO_END).map(figure).orElse(Words.NOTHING);
    }

    private static Optional<BenchRow> row(BenchReport report, Contender contender, What what) {
        return Group.of(report).stream()
                .filter(group -> group.of().contender() == contender
                        && group.of().level() == contender.usual()
                        && group.of().what() == what
                        && group.of().payload() == Plan.LEAST_PAYLOAD)
                .findFirst()
                .flatMap(Group::lovage);
    }
}
