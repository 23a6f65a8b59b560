package io.lovage.kafka;

import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A message that waits in a level.
 *
 * @param appendedMillis when it was appended, by the broker's clock
 * @param headers empty when somebody else wrote it
 */
@SuppressWarnings("ArrayRecordComponent") // handed on without a copy; never compared
record DelayedRecord(int level, long offset, long appendedMillis, Optional<DelayHeaders> headers, byte[] value) {
    /**
     * What a look at the levels brought.
     *
     * @param records of each level in their order
     * @param lost levels that belong to somebody else now; whatever was read of them before is not ours
     */
    record Seen(List<DelayedRecord> records, Set<Integer> lost) {}

    /** When it leaves its level; who wrote none of our headers is not waited for. */
    long leavesAt() {
        return headers.map(known -> DelayLevels.leavesAt(level, appendedMillis, known.due(appendedMillis)))
                .orElse(Long.MIN_VALUE);
    }
}
