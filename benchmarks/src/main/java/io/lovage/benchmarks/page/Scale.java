package io.lovage.benchmarks.page;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Where numbers lie on an axis: by their logarithm, so that a tenth of something large and of something small look
 * alike. Immutable.
 */
record Scale(int leastPower, int mostPower, double from, double to) {
    private static final int MOST_TICKS = 8;
    private static final double[] BETWEEN = {1, 2, 5};

    /** Of powers of ten around all these numbers, between two coordinates. */
    static Scale around(List<Double> numbers, double from, double to) {
        double least = numbers.stream().mapToDouble(Scale::log).min().orElse(0);
        double most = numbers.stream().mapToDouble(Scale::log).max().orElse(1);
        int low = (int) Math.floor(least);
        int high = (int) Math.ceil(most);
        return new Scale(low, high == low ? low + 1 : high, from, to);
    }

    double at(double number) {
        return from + (to - from) * (log(number) - leastPower) / (mostPower - leastPower);
    }

    /** The numbers to write beside the axis. */
    List<Double> ticks() {
        List<Double> ticks = new ArrayList<>();
        boolean close = (mostPower - leastPower) * BETWEEN.length <= MOST_TICKS;
        for (int power = leastPower; power < mostPower; power++) {
            for (double step : close ? BETWEEN : new double[] {1}) {
                ticks.add(step * Math.pow(10, power));
            }
        }
        ticks.add(Math.pow(10, mostPower));
        return ticks;
    }

    /** A number of the axis, short. */
    static String label(double number) {
        if (number >= 1_000_000) {
            return String.format(Locale.ROOT, "%.0fM", number / 1_000_000);
        }
        if (number >= 1_000) {
            return String.format(Locale.ROOT, "%.0fk", number / 1_000);
        }
        return number >= 1
                ? String.format(Locale.ROOT, "%.0f", number)
                : String.format(Locale.ROOT, "%.3g", number).replaceAll("0+$", "");
    }

    /** Nothing has no logarithm; it lies where a thousandth does. */
    private static double log(double number) {
        return Math.log10(Math.max(number, 0.001));
    }
}
