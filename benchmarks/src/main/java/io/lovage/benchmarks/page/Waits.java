package io.lovage.benchmarks.page;

import io.lovage.benchmarks.page.Chart.Point;
import io.lovage.benchmarks.page.Chart.Series;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchPoint;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.Group;
import io.lovage.benchmarks.report.Latencies;
import io.lovage.benchmarks.report.Table;
import io.lovage.benchmarks.report.Words;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Charts of latencies: the 99th percentile of each broker by the rate, beside that of the bare client. */
final class Waits {
    private static final List<String> HEADERS = List.of(
            "who",
            "rate, tasks/s",
            "share of its most",
            "task, ms",
            "achieved",
            "behind, s",
            "p50",
            "p90",
            "p99",
            "p99.9",
            "max");

    private static final double SECOND = 1_000;

    private Waits() {}

    static List<Figure> of(BenchReport report) {
        return Group.of(report).stream()
                .filter(group -> group.of().what() == What.LATENCY)
                .filter(group ->
                        group.rows().stream().anyMatch(row -> !row.points().isEmpty()))
                .map(Waits::figure)
                .toList();
    }

    private static Figure figure(Group group) {
        String title = "Latency of " + Words.title(group.of().contender()) + ", "
                + group.of().level().label();
        List<Series> series = group.rows().stream()
                .map(row -> new Series(Rates.name(row.of().variant()), points(row)))
                .filter(each -> !each.points().isEmpty())
                .toList();
        return new Figure(
                new Chart(title, "tasks/s that should be sent (logarithmic)", "p99, ms", List.of(), series),
                data(title, group),
                "Milliseconds from the intended send of a task that does nothing until it has run: 99 of 100 take less."
                        + " Less is better. A rate that was not kept has no latencies: its table says how far behind its"
                        + " schedule it ended.");
    }

    /** Of tasks that do nothing: with others the chart would show how long they run. */
    private static List<Point> points(BenchRow row) {
        List<Point> points = new ArrayList<>();
        row.points().stream()
                .filter(point -> point.taskMillis() == 0)
                .sorted(Comparator.comparingDouble(BenchPoint::rate))
                .forEach(point -> {
                    Double p99 = point.latencies().p99();
                    if (p99 != null) {
                        points.add(Point.of(point.rate(), p99));
                    }
                });
        return points;
    }

    private static Table data(String title, Group group) {
        List<List<String>> rows = group.rows().stream()
                .flatMap(row -> row.points().stream().map(point -> cells(row, point)))
                .toList();
        return new Table(title + ", ms", HEADERS, rows, 1);
    }

    private static List<String> cells(BenchRow row, BenchPoint point) {
        Latencies of = point.latencies();
        Double share = point.share();
        Double behind = point.behindMillis();
        return List.of(
                Rates.name(row.of().variant()),
                Words.whole(point.rate()),
                share == null ? Words.NOTHING : Words.whole(share * 100) + " %",
                Words.whole(point.taskMillis()),
                Words.whole(point.achieved()),
                Words.latency(behind == null ? null : behind / SECOND),
                Words.latency(of.p50()),
                Words.latency(of.p90()),
                Words.latency(of.p99()),
                Words.latency(of.p999()),
                Words.latency(of.max()));
    }
}
