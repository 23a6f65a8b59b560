package io.lovage.internal.wire;

import io.lovage.spi.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * A task to be written as a message. Immutable; {@code of} makes one that has only what every task has.
 *
 * @param rootId empty when it has no parent: then it is its own root
 * @param replyTo the reply address of the client; empty when it wants no reply
 * @param userHeaders merged in beside Celery's own; their names must not be used by the protocol
 */
public record OutgoingTask(
        TaskId id,
        String task,
        Payload payload,
        Optional<String> rootId,
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
        Optional<String> shadow,
        Map<String, ? extends @Nullable Object> userHeaders,
        Embed embed) {
    public static OutgoingTask of(TaskId id, String task, Payload payload) {
        return new OutgoingTask(
                id,
                task,
                payload,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                OptionalInt.empty(),
                0,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                false,
                Optional.empty(),
                Optional.empty(),
                Map.of(),
                Embed.NONE);
    }

    public OutgoingTask withReplyTo(Optional<String> value) {
        return new OutgoingTask(
                id,
                task,
                payload,
                rootId,
                parentId,
                group,
                groupIndex,
                retries,
                eta,
                expires,
                hardTimeLimit,
                softTimeLimit,
                ignoreResult,
                value,
                shadow,
                userHeaders,
                embed);
    }
}
