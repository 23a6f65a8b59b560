package io.lovage.internal.wire;

import io.lovage.spi.TaskState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * A result document. The trees are not changed once they are here.
 *
 * @param result the value, the report or the exception map; a null node when there is none
 * @param traceback the stack trace of a failure, as text
 * @param children Celery's list of the tasks that this one sent; a null node when unknown
 * @param dateDone when it ended, for a final state in a backend that keeps it
 */
public record ResultDocument(
        ResultOwner owner,
        TaskState state,
        JsonNode result,
        Optional<String> traceback,
        JsonNode children,
        Optional<Instant> dateDone) {
    /**
     * The value as the declared type; null when it is null.
     *
     * @throws IllegalArgumentException when it is not of that type; the message says what was expected
     */
    public <R> @Nullable R value(Class<R> type) {
        if (result.isNull() || type == Void.class) {
            return null;
        }
        ValueReader reader = ValueReader.cached(type);
        try {
            return ArgumentBinder.cast(type, reader.read(result));
        } catch (JacksonException refused) {
            throw new IllegalArgumentException(
                    "the result of task " + owner.id() + " is no " + reader.typeName() + ": " + Json.reason(refused),
                    refused);
        }
    }

    /** The result as plain Java values; see {@link Untyped}. */
    public @Nullable Object plain() {
        return Untyped.of(result);
    }

    /** What went wrong, in the states that tell it: FAILURE, RETRY and REVOKED. */
    public Optional<Failure> failure() {
        boolean failed =
                state.equals(TaskState.FAILURE) || state.equals(TaskState.RETRY) || state.equals(TaskState.REVOKED);
        return failed ? Optional.of(FailureMap.read(result, traceback)) : Optional.empty();
    }
}
