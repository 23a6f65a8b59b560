package io.lovage.benchmarks.report;

import java.util.ArrayList;
import java.util.List;

/**
 * A row with its samples: the n-th of Lovage and the n-th of the bare client were taken one right after the other.
 *
 * @param bare empty where there is no bare client to compare with
 */
public record Measured(String row, Facts facts, Goal goal, List<Sample> lovage, List<Sample> bare) {
    /**
     * What a reader has to know of a row.
     *
     * @param tasks how many tasks one run of the work does
     */
    public record Facts(String title, String guarantee, String settings, int tasks) {}

    /**
     * One measured run.
     *
     * @param cpuMicrosPerTask what the JVM of the client spent, on all its threads
     */
    public record Sample(double tasksPerSecond, double cpuMicrosPerTask) {}

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
