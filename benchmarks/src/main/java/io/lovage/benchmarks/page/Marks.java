package io.lovage.benchmarks.page;

import static io.lovage.benchmarks.page.Markup.number;

/**
 * Each series has a mark of its own beside a colour of its own, so that nobody needs to see colours. The colours are
 * those of Okabe and Ito, which differ for everybody.
 */
final class Marks {
    /** So many series can be told apart. */
    static final int KINDS = 6;

    private static final double SIZE = 5;

    private Marks() {}

    static Markup at(int series, double x, double y) {
        Markup mark = new Markup();
        String css = "m s" + series % KINDS;
        if (series % KINDS == 0) {
            return mark.empty("circle", "class", css, "cx", number(x), "cy", number(y), "r", number(SIZE));
        }
        return mark.empty("path", "class", css, "d", shape(series % KINDS, x, y));
    }

    private static String shape(int kind, double x, double y) {
        return switch (kind) {
            case 1 -> path(x, y, -SIZE, -SIZE, SIZE, -SIZE, SIZE, SIZE, -SIZE, SIZE); // square
            case 2 -> path(x, y, 0, -6, 6, 5, -6, 5); // triangle
            case 3 -> path(x, y, 0, -7, 6, 0, 0, 7, -6, 0); // diamond
            case 4 -> path(x, y, 0, 6, 6, -5, -6, -5); // triangle on its head
            default ->
                path(x, y, -2, -6, 2, -6, 2, -2, 6, -2, 6, 2, 2, 2, 2, 6, -2, 6, -2, 2, -6, 2, -6, -2, -2, -2); // plus
        };
    }

    private static String path(double x, double y, double... corners) {
        StringBuilder path = new StringBuilder();
        for (int i = 0; i < corners.length; i += 2) {
            path.append(i == 0 ? 'M' : 'L')
                    .append(number(x + corners[i]))
                    .append(' ')
                    .append(number(y + corners[i + 1]));
        }
        return path.append('Z').toString();
    }
}
