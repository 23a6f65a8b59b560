package io.lovage.internal.worker;

import io.lovage.spi.Fence;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskRef;
import java.util.Optional;

/**
 * What becomes of one delivery: first the report is stored, then the delivery is settled. Immutable.
 *
 * @param report the state to store; empty when nobody wants one
 */
record Outcome(Kind kind, Optional<Report> report, Settlement settlement) {
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
