package io.lovage.internal.worker;

import io.lovage.spi.Fence;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskRef;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of one delivery: first the report is stored, then what follows the task is made ready, then the delivery
 * is settled. Immutable.
 *
 * @param report the state to store; empty when nobody wants one
 * @param sequel what follows the task; empty when nothing does, or when it is in the settlement
 * @param completed groups that need not be counted any more once it is settled
 */
record Outcome(
        Kind kind, Optional<Report> report, Settlement settlement, Optional<Sequel> sequel, List<String> completed) {
    /** Nothing follows. */
    Outcome(Kind kind, Optional<Report> report, Settlement settlement) {
        this(kind, report, settlement, Optional.empty(), List.of());
    }

    Outcome withSequel(Optional<Sequel> next) {
        return new Outcome(kind, report, settlement, next, completed);
    }

    Outcome withoutSequel() {
        return withSequel(Optional.empty());
    }

    Outcome withoutReport() {
        return new Outcome(kind, Optional.empty(), settlement, sequel, completed);
    }

    /** The sequel is in the settlement now: these messages go out before the delivery is acknowledged. */
    Outcome followedBy(List<OutboundMessage> messages, List<String> completedGroups) {
        Settlement after = messages.isEmpty() ? settlement : Settlement.ackAfter(messages);
        return new Outcome(kind, report, after, Optional.empty(), List.copyOf(completedGroups));
    }

    /** How it is counted. */
    enum Kind {
        SUCCEEDED,
        FAILED,
        RETRIED,
        REVOKED,
        DEAD_LETTERED,
        RELEASED,
        /** Came before its time; waits in the broker. */
        POSTPONED,
        /** Had a final result already. */
        ALREADY_DONE
    }

    /** A state and whose it is. */
    record Report(TaskRef task, Fence fence, StoredResult state) {}
}
