package io.lovage.benchmarks.report;

import java.util.List;

/**
 * Tells a change from what a machine does to figures by itself.
 *
 * <p>With five samples or more on each side: a change is beyond the noise when a rank test (Mann and Whitney, exact,
 * both directions) would find two runs of the same program so far apart in at most one of a hundred cases. With three
 * or four such a test can never be that sure; then all samples of one run must lie on the same side of all of the
 * other, and the gap between them must be wider than either run by itself. With fewer nothing is beyond the noise.
 */
final class Noise {
    static final String RULE =
            "Beyond the noise: five samples or more on each side and a rank test below 1 %; with three or"
                    + " four, ranges that are further apart than either is wide.";

    private static final int ENOUGH_FOR_RANKS = 5;
    private static final int ENOUGH_FOR_RANGES = 3;
    private static final double RARE = 0.01;

    private Noise() {}

    static boolean isBeyond(List<Double> before, List<Double> after) {
        int least = Math.min(before.size(), after.size());
        if (least >= ENOUGH_FOR_RANKS) {
            return RankTest.chance(before, after) <= RARE;
        }
        return least >= ENOUGH_FOR_RANGES && apart(Spread.of(before), Spread.of(after));
    }

    private static boolean apart(Spread before, Spread after) {
        double gap = Math.max(after.least() - before.most(), before.least() - after.most());
        return gap > Math.max(before.most() - before.least(), after.most() - after.least());
    }
}
