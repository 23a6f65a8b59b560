package io.lovage.benchmarks.page;

import io.lovage.benchmarks.page.Chart.Point;
import io.lovage.benchmarks.page.Chart.Series;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.BenchSample;
import io.lovage.benchmarks.report.Group;
import io.lovage.benchmarks.report.Table;
import io.lovage.benchmarks.report.Words;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Charts of rates: every broker with the bare client and with opaque bytes, and what larger tasks do to it. */
final class Rates {
    private Rates() {}

    static List<Figure> of(BenchReport report) {
        List<Figure> figures = new ArrayList<>();
        for (What what : What.values()) {
            if (what != What.LATENCY) {
                figures.addAll(of(report, what));
            }
        }
        return figures;
    }

    private static List<Figure> of(BenchReport report, What what) {
        List<Group> groups = Group.of(report).stream()
                .filter(group -> group.of().what() == what)
                .toList();
        List<Group> small = groups.stream()
                .filter(group -> group.of().payload() == Plan.LEAST_PAYLOAD)
                .toList();
        List<Figure> figures = new ArrayList<>();
        if (!small.isEmpty()) {
            figures.add(
                    new Figure(
                            ranges(what, small),
                            data(Words.title(what) + ", " + what.unit(), small),
                            "Tasks each second, more is better; the line through a mark goes from the slowest round to the fastest."));
        }
        if (groups.size() > small.size()) {
            figures.add(new Figure(
                    byPayload(what, groups),
                    payloads(what, groups),
                    "Tasks each second of Lovage by the size of the argument, at the usual level of each broker."));
        }
        return figures;
    }

    private static Chart ranges(What what, List<Group> groups) {
        List<String> categories = groups.stream().map(Rates::name).toList();
        List<Series> series = new ArrayList<>();
        for (Variant variant : Variant.values()) {
            List<Point> points = new ArrayList<>();
            for (int place = 0; place < groups.size(); place++) {
                int category = place;
                groups.get(place).rows().stream()
                        .filter(row -> row.of().variant() == variant)
                        .forEach(row -> range(category, row).ifPresent(points::add));
            }
            series.add(new Series(name(variant), points));
        }
        series.removeIf(each -> each.points().isEmpty());
        return new Chart(Words.title(what) + ", 100 B", "tasks/s (logarithmic)", "", categories, series);
    }

    private static Optional<Point> range(int category, BenchRow row) {
        Double score = row.outcome().score();
        if (score == null) {
            return Optional.empty();
        }
        List<Double> samples = row.used().stream().map(BenchSample::score).toList();
        double least = samples.stream().mapToDouble(Double::doubleValue).min().orElse(score);
        double most = samples.stream().mapToDouble(Double::doubleValue).max().orElse(score);
        return Optional.of(new Point(category, score, least, most));
    }

    private static Table data(String title, List<Group> groups) {
        List<List<String>> rows = new ArrayList<>();
        for (Group group : groups) {
            for (BenchRow row : group.rows()) {
                rows.add(List.of(
                        name(group),
                        name(row.of().variant()),
                        Words.whole(row.outcome().score()),
                        row.used().stream()
                                .map(sample -> Words.whole(sample.score()))
                                .collect(Collectors.joining(" "))));
            }
        }
        return new Table(title, List.of("broker", "who", "median", "samples"), rows, 2);
    }

    private static Chart byPayload(What what, List<Group> groups) {
        TreeMap<String, List<Point>> lines = new TreeMap<>();
        usual(groups)
                .forEach(group -> group.lovage()
                        .map(row -> row.outcome().score())
                        .ifPresent(score -> lines.computeIfAbsent(
                                        Words.title(group.of().contender()), any -> new ArrayList<>())
                                .add(Point.of(group.of().payload(), score))));
        List<Series> series = lines.entrySet().stream()
                .map(line -> new Series(line.getKey(), line.getValue()))
                .toList();
        return new Chart(Words.title(what) + " by size", "bytes of the argument", "tasks/s", List.of(), series);
    }

    private static Table payloads(What what, List<Group> groups) {
        List<List<String>> rows = usual(groups).stream()
                .map(group -> List.of(
                        name(group),
                        Words.bytes(group.of().payload()),
                        Words.whole(
                                group.lovage().map(row -> row.outcome().score()).orElse(null)),
                        group.ratio().map(Words::spread).orElse(Words.NOTHING)))
                .toList();
        return new Table(
                Words.title(what) + " by size, " + what.unit(),
                List.of("broker", "argument", "Lovage", "Lovage / bare"),
                rows,
                2);
    }

    private static List<Group> usual(List<Group> groups) {
        return groups.stream()
                .filter(group -> group.of().level() == group.of().contender().usual())
                .toList();
    }

    private static String name(Group group) {
        return Words.title(group.of().contender()) + ", " + group.of().level().label();
    }

    static String name(Variant variant) {
        return switch (variant) {
            case LOVAGE -> "Lovage";
            case BARE -> "bare client";
            case CEILING -> "ceiling: opaque bytes";
        };
    }
}
