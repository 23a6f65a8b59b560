package io.lovage.benchmarks.work;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.workload.Workload;

/**
 * How a worker is set up.
 *
 * @param slots how many handlers run at once where there is a worker
 * @param prefetch how many deliveries may be in hand
 */
public record Tuning(int slots, int prefetch) {
    /** What suits short tasks. */
    public static Tuning usual(Contender contender) {
        return contender == Contender.KAFKA_LANE
                ? new Tuning(Workload.LANES, Workload.LANES)
                : new Tuning(Workload.SLOTS, Workload.PREFETCH);
    }
}
