package io.lovage.benchmarks.latency;

import java.util.List;

/**
 * All that was seen of one variant.
 *
 * @param most what goes through it, in tasks/s
 * @param warmUp what was seen at that rate before, and counts only for what was lost
 * @param reference the rounds at the rate the row is about
 * @param others all other points
 */
record Taken(double most, List<Answer> warmUp, List<Round> reference, List<Seen> others) {
    Taken {
        warmUp = List.copyOf(warmUp);
        reference = List.copyOf(reference);
        others = List.copyOf(others);
    }

    /**
     * One time at the reference rate.
     *
     * @param number rounds of other variants with the same number were taken right before or after it
     */
    record Round(int number, Point point, Answer answer) {}

    /** Another point. */
    record Seen(Program.Asked asked, Point point, Answer answer) {}
}
