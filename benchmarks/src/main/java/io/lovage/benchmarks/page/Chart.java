package io.lovage.benchmarks.page;

import java.util.List;
import java.util.stream.Stream;

/**
 * A picture of a table, with a title and a description for those who cannot see it. Both axes are logarithmic.
 * Immutable.
 *
 * @param categories the names of the lines of a chart of ranges; empty for a chart of lines, whose points have numbers
 */
record Chart(String title, String across, String upwards, List<String> categories, List<Series> series) {
    Chart {
        categories = List.copyOf(categories);
        series = List.copyOf(series);
    }

    /** What has one colour and one mark. */
    record Series(String name, List<Point> points) {
        Series {
            points = List.copyOf(points);
        }
    }

    /**
     * One mark.
     *
     * @param place the number on the other axis; of a chart of ranges the number of the category
     * @param least of the samples behind it
     * @param most of the samples behind it
     */
    record Point(double place, double value, double least, double most) {
        static Point of(double place, double value) {
            return new Point(place, value, value, value);
        }
    }

    boolean isEmpty() {
        return points().findAny().isEmpty();
    }

    Stream<Point> points() {
        return series.stream().flatMap(each -> each.points().stream());
    }

    /** One sentence for those who hear it. */
    String description() {
        return title + ": "
                + String.join(", ", series.stream().map(Series::name).toList()) + ". The table below holds the"
                + " numbers.";
    }
}
