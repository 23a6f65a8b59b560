package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.lane.Sample;

/**
 * Decides which samples are taken again because other guests of the machine took processor time meanwhile: a fifth of
 * all at most, so that nobody chooses the figures. Used by one thread.
 */
final class StealGuard {
    private static final double MOST_STEAL_PERCENT = 5;
    private static final int ONE_OF = 5;

    private int allowed;

    StealGuard(int samples) {
        this.allowed = samples / ONE_OF;
    }

    boolean wantsAgain(Sample sample) {
        if (allowed == 0 || sample.used().stealPercent() <= MOST_STEAL_PERCENT) {
            return false;
        }
        allowed--;
        return true;
    }
}
