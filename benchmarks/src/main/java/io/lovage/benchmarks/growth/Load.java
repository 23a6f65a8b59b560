package io.lovage.benchmarks.growth;

import io.lovage.benchmarks.growth.Step.Kind;
import io.lovage.benchmarks.plan.Contender;
import java.util.List;

/**
 * What there is more and more of, and what is done beside it.
 *
 * @param fills whether the tasks that are {@code sizes} lie there; else the sizes are those of the work itself
 * @param sizes in the order in which they are measured
 * @param kinds what is done at each size
 */
record Load(Axis axis, boolean fills, List<Integer> sizes, List<Kind> kinds) {
    static final int USUAL_SLOTS = 16;

    private static final int TEN_THOUSAND = 10_000;
    private static final int HUNDRED_THOUSAND = 100_000;
    private static final int MILLION = 1_000_000;

    /** The figures of one axis make one line of a chart. */
    enum Axis {
        BACKLOG,
        DELAYED,
        QUEUES,
        SLOTS
    }

    Load {
        sizes = List.copyOf(sizes);
        kinds = List.copyOf(kinds);
    }

    /** All that is measured of a contender. */
    static List<Load> of(Contender contender) {
        List<Kind> bothWays = List.of(Kind.PUBLISH, Kind.CONSUME);
        return List.of(
                new Load(Axis.QUEUES, false, queues(contender), List.of(Kind.END_TO_END)),
                new Load(Axis.SLOTS, false, List.of(1, 2, 4, 8, 16, 32, 64), List.of(Kind.END_TO_END)),
                new Load(Axis.DELAYED, true, List.of(0, HUNDRED_THOUSAND), bothWays),
                new Load(Axis.BACKLOG, true, List.of(0, TEN_THOUSAND, MILLION), bothWays));
    }

    /** Lanes have a consumer for each slot of each queue: a hundred queues would be 1,600 members of groups. */
    private static List<Integer> queues(Contender contender) {
        return contender == Contender.KAFKA_LANE ? List.of(1, 10) : List.of(1, 10, 100);
    }

    /** What one run does at a size. */
    Step step(Kind kind, int size, int tasks) {
        return new Step(kind, tasks, axis == Axis.QUEUES ? size : 1, axis == Axis.SLOTS ? size : USUAL_SLOTS);
    }

    /** What brings about one size after another. */
    Step fill(int missing) {
        return new Step(axis == Axis.DELAYED ? Kind.DELAY : Kind.PUBLISH, missing, 1, USUAL_SLOTS);
    }
}
