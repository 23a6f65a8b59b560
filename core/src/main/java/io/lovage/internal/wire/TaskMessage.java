package io.lovage.internal.wire;

import io.lovage.Arguments;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A task as it was received, checked and parsed. Immutable.
 *
 * @param rootId the first task of the family; the own id when the message names none
 * @param retries how many attempts its retry policy has used up; 0 first
 * @param eta not to be run before
 * @param expires not to be started after
 * @param replyTo the client's reply address; empty when the client wants no reply
 * @param correlationId the message's correlation id; the task id when the message has none
 * @param headers as they came, Celery's and the user's
 */
public record TaskMessage(
        TaskId id,
        String task,
        String rootId,
        Optional<String> parentId,
        Optional<String> group,
        OptionalInt groupIndex,
        int retries,
        Optional<Instant> eta,
        Optional<Instant> expires,
        Optional<Duration> hardTimeLimit,
        Optional<Duration> softTimeLimit,
        boolean ignoreResult,
        Optional<String> replyTo,
        String correlationId,
        Map<String, @Nullable Object> headers,
        Payload payload,
        Embed embed) {

    /** The arguments as plain Java values; see {@link Untyped}. */
    public Arguments arguments() {
        return payload.arguments();
    }

    /** What a result backend needs to know of it. */
    public TaskRef ref() {
        return new TaskRef(id, replyTo, correlationId);
    }

    /** Whose result it is. */
    public ResultOwner owner() {
        return new ResultOwner(id, parentId, group);
    }
}
