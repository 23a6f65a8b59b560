package io.lovage.benchmarks.engine;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Knows when something is warm: when its last two runs were not more than a twentieth faster than the fastest one
 * before them. Used by one thread.
 */
public final class WarmUp {
    private static final double RISES = 1.05;
    private static final int LAST = 2;

    private final List<Double> rates = new ArrayList<>();

    /** Once more, at that rate. */
    public void ran(double rate) {
        rates.add(rate);
    }

    public boolean isOver() {
        int before = rates.size() - LAST;
        return before >= 1
                && Collections.max(rates.subList(before, rates.size()))
                        <= RISES * Collections.max(rates.subList(0, before));
    }
}
