package io.lovage.benchmarks.report;

import io.lovage.benchmarks.lane.Sample;
import io.lovage.benchmarks.work.Goal;
import io.lovage.benchmarks.work.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * A row with its samples: the n-th of Lovage and the n-th of the bare client were taken one right after the other.
 *
 * @param bare empty where there is no bare client to compare with
 */
public record Measured(String row, Row.Facts facts, Goal goal, List<Sample> lovage, List<Sample> bare) {
    public Measured {
        lovage = List.copyOf(lovage);
        bare = List.copyOf(bare);
    }

    public boolean hasBare() {
        return !bare.isEmpty();
    }

    /** Lovage's rate by the bare client's, round by round. */
    public Spread ratio() {
        List<Double> ratios = new ArrayList<>();
        for (int round = 0; round < bare.size(); round++) {
            ratios.add(lovage.get(round).tasksPerSecond() / bare.get(round).tasksPerSecond());
        }
        return Spread.of(ratios);
    }

    /** Whether the median reaches the goal; true where there is none. */
    public boolean reached() {
        return switch (goal.kind()) {
            case RATIO -> ratio().median() >= goal.least();
            case TASKS_PER_SECOND -> rate(lovage).median() >= goal.least();
            case NONE -> true;
        };
    }

    static Spread rate(List<Sample> samples) {
        return Spread.of(samples.stream().map(Sample::tasksPerSecond).toList());
    }

    static Spread cpu(List<Sample> samples) {
        return Spread.of(samples.stream().map(Sample::cpuMicrosPerTask).toList());
    }
}
