package io.lovage.benchmarks.page;

import static io.lovage.benchmarks.page.Markup.number;

import io.lovage.benchmarks.page.Chart.Point;
import io.lovage.benchmarks.page.Chart.Series;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Draws a chart as SVG inside of a page; the page's style sheet gives the colours. Used by one thread. */
final class Drawing {
    private static final double WIDTH = 760;
    private static final double LEFT = 170;
    private static final double RIGHT = WIDTH - 20;
    private static final double LANE = 17;
    private static final double GAP = 12;
    private static final double LINES_HEIGHT = 260;
    private static final int LEGEND_COLUMNS = 3;
    private static final double LEGEND_STEP = 190;
    private static final double LEGEND_LINE = 20;
    private static final double TEXT_DROP = 4;

    private final Chart chart;
    private final String id;
    private final double top;
    private final Markup svg = new Markup();

    private Drawing(Chart chart, String id) {
        this.chart = chart;
        this.id = id;
        int legendLines = (chart.series().size() + LEGEND_COLUMNS - 1) / LEGEND_COLUMNS;
        this.top = GAP + LEGEND_LINE * legendLines;
    }

    /**
     * The picture.
     *
     * @param id of its title and its description, unlike all others of the page
     */
    static Markup of(Chart chart, String id) {
        Drawing drawing = new Drawing(chart, id);
        return chart.categories().isEmpty() ? drawing.lines() : drawing.ranges();
    }

    /** A line for each category, and in it a mark for each series with the range of its samples. */
    private Markup ranges() {
        double category = chart.series().size() * LANE + GAP;
        double bottom = top + chart.categories().size() * category;
        begin(bottom + 36);
        List<Double> values = chart.points()
                .flatMap(point -> Stream.of(point.least(), point.most()))
                .toList();
        Scale across = Scale.around(values, LEFT, RIGHT);
        grid(across, bottom);
        IntStream.range(0, chart.categories().size()).forEach(index -> {
            double middle = top + index * category + category / 2;
            label(LEFT - 10, middle + TEXT_DROP, "end", chart.categories().get(index));
        });
        for (int series = 0; series < chart.series().size(); series++) {
            for (Point point : chart.series().get(series).points()) {
                double y = top + point.place() * category + GAP / 2 + LANE * (series + 0.5);
                line("r s" + series % Marks.KINDS, across.at(point.least()), y, across.at(point.most()), y);
                svg.add(Marks.at(series, across.at(point.value()), y));
            }
        }
        return svg.close("svg");
    }

    /** A line through the points of each series. */
    private Markup lines() {
        double bottom = top + LINES_HEIGHT;
        begin(bottom + 36);
        List<Point> points = chart.points().toList();
        Scale across = Scale.around(points.stream().map(Point::place).toList(), LEFT, RIGHT);
        Scale upwards = Scale.around(points.stream().map(Point::value).toList(), bottom, top);
        grid(across, bottom);
        for (double tick : upwards.ticks()) {
            line("g", LEFT, upwards.at(tick), RIGHT, upwards.at(tick));
            label(LEFT - 8, upwards.at(tick) + TEXT_DROP, "end", Scale.label(tick));
        }
        label(LEFT - 50, top + LINES_HEIGHT / 2, "end", chart.upwards());
        for (int index = 0; index < chart.series().size(); index++) {
            Series series = chart.series().get(index);
            svg.empty("polyline", "class", "l s" + index % Marks.KINDS, "points", path(series, across, upwards));
            for (Point point : series.points()) {
                svg.add(Marks.at(index, across.at(point.place()), upwards.at(point.value())));
            }
        }
        return svg.close("svg");
    }

    private static String path(Series series, Scale across, Scale upwards) {
        return series.points().stream()
                .map(point -> number(across.at(point.place())) + "," + number(upwards.at(point.value())))
                .collect(Collectors.joining(" "));
    }

    private void begin(double height) {
        svg.open(
                "svg",
                "viewBox",
                "0 0 " + number(WIDTH) + " " + number(height),
                "role",
                "img",
                "aria-labelledby",
                id + "-t " + id + "-d");
        svg.element("title", chart.title(), "id", id + "-t");
        svg.element("desc", chart.description(), "id", id + "-d");
        for (int index = 0; index < chart.series().size(); index++) {
            double x = LEFT + index % LEGEND_COLUMNS * LEGEND_STEP;
            int line = index / LEGEND_COLUMNS;
            double y = GAP + LEGEND_LINE * line;
            svg.add(Marks.at(index, x, y));
            label(x + GAP, y + TEXT_DROP, "start", chart.series().get(index).name());
        }
    }

    private void grid(Scale across, double bottom) {
        for (double tick : across.ticks()) {
            line("g", across.at(tick), top, across.at(tick), bottom);
            label(across.at(tick), bottom + 14, "middle", Scale.label(tick));
        }
        label((LEFT + RIGHT) / 2, bottom + 30, "middle", chart.across());
    }

    private void line(String css, double x1, double y1, double x2, double y2) {
        svg.empty("line", "class", css, "x1", number(x1), "y1", number(y1), "x2", number(x2), "y2", number(y2));
    }

    private void label(double x, double y, String anchor, String text) {
        svg.element("text", text, "x", number(x), "y", number(y), "text-anchor", anchor);
    }
}
