package io.lovage.internal.worker;

import io.lovage.WorkerStats;
import io.lovage.spi.StoredResult;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a worker has done; see {@link WorkerStats}. What it lost to others, a lease or the right to store a result, is
 * said in the log the first time; after a frozen worker has thawed, much may follow. Thread-safe.
 */
final class Counters {
    private static final Logger log = LoggerFactory.getLogger(Counters.class);

    private final LongAdder taken = new LongAdder();
    private final LongAdder redelivered = new LongAdder();
    private final LongAdder leaseLost = new LongAdder();
    private final LongAdder lateResultsRefused = new LongAdder();
    private final LongAdder settledUnknown = new LongAdder();
    private final LongAdder leftBehind = new LongAdder();
    private final AtomicBoolean leaseLossSaid = new AtomicBoolean();
    private final AtomicBoolean lateResultSaid = new AtomicBoolean();
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

    void leaseLost(Held held) {
        leaseLost.increment();
        if (!held.wasRefused() && leaseLossSaid.compareAndSet(false, true)) {
            log.warn(
                    "the lease of message {} of queue '{}' was lost: others may have it, nothing more is written for it;"
                            + " further losses are only counted",
                    FailureLog.id(held.delivery().message().message()),
                    held.queue().name());
        }
    }

    /** The backend holds something newer or final. That its lease is lost as well is not said a second time. */
    void lateResultRefused(Held held, StoredResult present) {
        held.refused();
        lateResultsRefused.increment();
        if (lateResultSaid.compareAndSet(false, true)) {
            log.warn(
                    "the result of task {} came too late: {} was there; later ones are counted only",
                    present.id(),
                    present.state());
        }
    }

    void leftBehind() {
        leftBehind.increment();
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
                count(Outcome.Kind.POSTPONED).sum(),
                count(Outcome.Kind.ALREADY_DONE).sum(),
                count(Outcome.Kind.DEAD_LETTERED).sum(),
                count(Outcome.Kind.RELEASED).sum(),
                leaseLost.sum(),
                lateResultsRefused.sum(),
                settledUnknown.sum(),
                leftBehind.sum());
    }
}
