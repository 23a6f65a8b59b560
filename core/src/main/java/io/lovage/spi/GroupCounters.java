package io.lovage.spi;

import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;

/**
 * Counts what has become of the members of a chord, where a Celery worker counts them too. A stage fails with a
 * {@link BrokerException} when the backend did not answer. Thread-safe.
 */
public interface GroupCounters {
    /** Tells how many members a group has, before any of them is sent. A second time changes nothing. */
    CompletionStage<Void> expect(String group, int size, Duration timeToLive);

    /**
     * Adds what one member has come to, and counts. The same part a second time changes nothing.
     *
     * @param group the id of the group
     * @param index the member's place; without one it comes last
     * @param part Celery's JSON: {@code [1, id, state, result]}
     * @param timeToLive how long it is kept
     */
    CompletionStage<Count> add(String group, OptionalInt index, Bytes part, Duration timeToLive);

    /** All parts, in the order of their places. */
    CompletionStage<List<Bytes>> parts(String group);

    /** Removes everything that was counted: the chord's body is on its way. */
    CompletionStage<Void> forget(String group);

    /**
     * How far a group is.
     *
     * @param ready how many different parts are there
     * @param size how many there will be; empty when nobody has told
     */
    record Count(long ready, OptionalLong size) {
        /** Whether this was the last part. */
        public boolean complete() {
            return size.isPresent() && ready == size.getAsLong();
        }
    }
}
