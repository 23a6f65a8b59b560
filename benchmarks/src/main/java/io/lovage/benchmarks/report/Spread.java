package io.lovage.benchmarks.report;

import java.util.Collection;

/** The middle of some numbers, and how far they lie apart. */
public record Spread(double median, double least, double most) {
    /**
     * Of at least one number.
     *
     * @throws IllegalArgumentException when there is none
     */
    static Spread of(Collection<Double> numbers) {
        if (numbers.isEmpty()) {
            throw new IllegalArgumentException("no numbers, no spread");
        }
        double[] sorted =
                numbers.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int half = sorted.length / 2;
        double median = sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
        return new Spread(median, sorted[0], sorted[sorted.length - 1]);
    }
}
