package io.lovage.internal.worker;

import io.lovage.WorkerStats;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What a worker has done; see {@link WorkerStats}. Thread-safe. */
final class Counters {
    private final LongAdder taken = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private final LongAdder leaseLost = new LongAdder();
    private final LongAdder lateResultsRefused = new LongAdder();
    private final LongAdder settledUnknown = new LongAdder();
    private final Map<Outcome.Kind, LongAdder> outcomes = new EnumMap<>(Outcome.Kind.class);

    Counters() {
        for (Outcome.Kind kind : Outcome.Kind.values()) {
            outcomes.put(kind, new LongAdder());
        }
    }

    void taken(int deliveryCount) {
        taken.increment();
        if (deliveryCount > 1) {
            redelivered.increment();
        }
    }

    /** Its outcome was stored and the broker took the settlement. */
    void settled(Outcome.Kind kind) {
        count(kind).increment();
    }

    void settledUnknown() {
        settledUnknown.increment();
    }

    void leaseLost() {
        leaseLost.increment();
    }

    void lateResultRefused() {
        lateResultsRefused.increment();
    }

    private LongAdder count(Outcome.Kind kind) {
        return java.util.Objects.requireNonNull(outcomes.get(kind));
    }

    WorkerStats snapshot() {
        return new WorkerStats(
                taken.sum(),
                redelivered.sum(),
                count(Outcome.Kind.SUCCEEDED).sum(),
                count(Outcome.Kind.FAILED).sum(),
                count(Outcome.Kind.RETRIED).sum(),
                count(Outcome.Kind.REVOKED).sum(),
                count(Outcome.Kind.DEAD_LETTERED).sum(),
                count(Outcome.Kind.RELEASED).sum(),
                leaseLost.sum(),
                lateResultsRefused.sum(),
                settledUnknown.sum());
    }
}
