package io.lovage.internal.wire;

import io.lovage.spi.TaskState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A result document that was read.
 *
 * @param result the value, the report or the exception map; a null node when there is none
 * @param failure what the exception map says, in states that have one
 */
public record ResultDocument(TaskState state, JsonNode result, Optional<Failure> failure, Optional<Instant> dateDone) {
    /**
     * The value as the declared type.
     *
     * @throws IllegalArgumentException when it is not of that type; the message says what was expected
     */
    public <R> @Nullable R value(Class<R> type) {
        return Unbuilt.refuse(type.getName());
    }
}
