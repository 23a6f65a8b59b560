package io.lovage.internal.worker;

import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.Fence;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One try of one task: the delivery, what it says, and the handler with its bound argument.
 *
 * @param argument null only where a null was sent
 */
record Attempt<A, R>(
        Held held,
        TaskMessage message,
        Registered<A, R> registered,
        @Nullable A argument) {
    Fence fence() {
        return held.fence(message.retries());
    }

    /** The message's limit, else the handler's. */
    Optional<Duration> softTimeLimit() {
        return message.softTimeLimit().or(() -> registered.options().softTimeLimit());
    }
}
