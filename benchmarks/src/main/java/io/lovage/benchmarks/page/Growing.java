package io.lovage.benchmarks.page;

import io.lovage.benchmarks.page.Chart.Point;
import io.lovage.benchmarks.page.Chart.Series;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.GrowthRow;
import io.lovage.benchmarks.report.GrowthStep;
import io.lovage.benchmarks.report.Table;
import io.lovage.benchmarks.report.Words;
import java.util.ArrayList;
import java.util.List;

/** Charts of growth: what a task costs while there is more and more of something. */
final class Growing {
    private static final List<String> HEADERS = List.of(
            "broker",
            "what",
            "who",
            "at",
            "rate",
            "client CPU µs",
            "broker CPU µs",
            "steal %",
            "server bytes for each task");

    private Growing() {}

    static List<Figure> of(BenchReport report) {
        List<Figure> figures = new ArrayList<>();
        for (GrowthRow.Axis axis : GrowthRow.Axis.values()) {
            List<GrowthRow> rows =
                    report.growth().stream().filter(row -> row.axis() == axis).toList();
            if (!rows.isEmpty()) {
                figures.add(figure(axis, rows));
            }
        }
        return figures;
    }

    private static Figure figure(GrowthRow.Axis axis, List<GrowthRow> rows) {
        String title = "Growth: " + axis.title();
        List<Series> series = rows.stream()
                .map(row -> new Series(name(row), points(row)))
                .filter(each -> !each.points().isEmpty())
                .limit(Marks.KINDS)
                .toList();
        return new Figure(
                new Chart(title, axis.title() + " (logarithmic)", "tasks/s", List.of(), series),
                data(title, rows),
                "Tasks each second while there are more and more " + axis.title()
                        + ". A line that stays level is what should be seen.");
    }

    /** Nothing at all stands at one, since it has no place on such an axis. */
    private static List<Point> points(GrowthRow row) {
        return row.steps().stream()
                .map(step -> Point.of((double) Math.max(1, step.at()), step.score()))
                .toList();
    }

    private static Table data(String title, List<GrowthRow> rows) {
        List<List<String>> cells = rows.stream()
                .flatMap(row -> row.steps().stream().map(step -> cells(row, step)))
                .toList();
        return new Table(title, HEADERS, cells, 3);
    }

    private static List<String> cells(GrowthRow row, GrowthStep step) {
        return List.of(
                Words.title(row.broker()) + ", " + row.level().label(),
                Words.title(row.what()),
                Rates.name(row.variant()),
                Words.whole((double) step.at()),
                Words.whole(step.score()),
                Words.small(step.cpuMicrosClient()),
                Words.small(step.cpuMicrosBroker()),
                Words.small(step.stealPercent()),
                Words.whole(step.serverBytesPerTask()));
    }

    private static String name(GrowthRow row) {
        return Words.title(row.broker());
    }
}
