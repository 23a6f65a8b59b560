package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Plan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;

/**
 * What is asked of each contender.
 *
 * @param rounds how often the reference point is taken, by the variants in turns
 * @param times how long everything takes
 * @param others taken once each
 */
record Program(int rounds, Times times, List<Asked> others) {
    /** What every contender is measured at, but for one. */
    static final double REFERENCE = 1_000;

    /** Where one task is in a lane at a time, tasks wait for each other long before that. */
    private static final double REFERENCE_SHARE = 0.5;

    /** Half of the slots are busy then. */
    private static final double BUSY = 0.5;

    private static final Times QUICK = new Times(1_000, 6, 500, 2_000);
    private static final Times FULL = new Times(1_500, 20, 1_000, 5_000);

    Program {
        others = List.copyOf(others);
    }

    /**
     * In milliseconds.
     *
     * @param slice how long one look takes at the most that goes through
     * @param mostSlices how often one looks at most, until it has stopped rising: the compiler needs a while
     * @param warmup how long tasks are sent at a rate before they count
     * @param counted how long they count
     */
    record Times(int slice, int mostSlices, int warmup, int counted) {}

    /**
     * A point whose rate may depend on what goes through at most.
     *
     * @param amount tasks/s, or a share of the most
     * @param ofMost which of the two
     */
    record Asked(double amount, boolean ofMost, int taskMillis) {
        double rate(double most) {
            return ofMost ? amount * most : amount;
        }
    }

    static Program of(Plan plan) {
        return switch (plan.scale()) {
            case QUICK -> new Program(plan.rounds(), QUICK, List.of(new Asked(0.5, true, 0)));
            case FULL -> new Program(plan.rounds(), FULL, everything());
        };
    }

    private static List<Asked> everything() {
        List<Asked> all = new ArrayList<>();
        for (double rate : new double[] {100, 1_000, 5_000, 10_000}) {
            all.add(new Asked(rate, false, 0));
        }
        for (double share : new double[] {0.25, 0.5, 0.75, 0.9}) {
            all.add(new Asked(share, true, 0));
        }
        for (int taskMillis : new int[] {1, 10, 100}) {
            all.add(new Asked(Math.min(REFERENCE, BUSY * Lines.SLOTS * 1_000 / taskMillis), false, taskMillis));
        }
        return all;
    }

    /**
     * The rate of the reference point, the same for all variants.
     *
     * @param most what goes through each of them
     */
    static double reference(Contender contender, Collection<Double> most) {
        return contender == Contender.KAFKA_LANE ? REFERENCE_SHARE * Collections.min(most) : REFERENCE;
    }

    Point point(double rate, int taskMillis) {
        return new Point(rate, taskMillis, times.warmup(), times.counted());
    }
}
