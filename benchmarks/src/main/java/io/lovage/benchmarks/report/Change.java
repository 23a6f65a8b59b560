package io.lovage.benchmarks.report;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.What;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One figure of one case in two runs. Immutable.
 *
 * @param beyondNoise whether it is more than what the machine does by itself
 */
public record Change(Case of, Figure figure, double before, double after, boolean beyondNoise) {
    /** What is compared. */
    public enum Figure {
        RATE("rate"),
        P50("p50"),
        P99("p99"),
        CPU("client CPU per task");

        private final String title;

        Figure(String title) {
            this.title = title;
        }

        public String title() {
            return title;
        }

        static List<Figure> of(What what) {
            return what == What.LATENCY ? List.of(P50, P99, CPU) : List.of(RATE, CPU);
        }

        private @Nullable Double of(BenchSample sample) {
            return switch (this) {
                case RATE, P50 -> sample.score();
                case P99 -> sample.p99Millis();
                case CPU -> sample.cpuMicrosClient();
            };
        }

        private List<Double> of(BenchRow row) {
            return row.used().stream()
                    .map(sample -> of(sample))
                    .filter(Objects::nonNull)
                    .toList();
        }
    }

    /** All figures that both rows know. */
    static List<Change> of(BenchRow before, BenchRow after) {
        List<Change> changes = new ArrayList<>();
        for (Figure figure : Figure.of(before.of().what())) {
            List<Double> old = figure.of(before);
            List<Double> now = figure.of(after);
            if (!old.isEmpty() && !now.isEmpty()) {
                changes.add(new Change(
                        before.of(),
                        figure,
                        Spread.of(old).median(),
                        Spread.of(now).median(),
                        Noise.isBeyond(old, now)));
            }
        }
        return changes;
    }

    /** By how much the median is more (above 0) or less, as a share of what it was. */
    public double share() {
        return after / before - 1;
    }

    public boolean isBetter() {
        return figure == Figure.RATE ? after > before : after < before;
    }
}
