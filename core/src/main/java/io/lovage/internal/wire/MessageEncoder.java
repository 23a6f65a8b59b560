package io.lovage.internal.wire;

import io.lovage.spi.Message;
import java.time.Instant;
import java.util.Optional;

/** Writes messages of Celery's protocol v2. Thread-safe. */
public final class MessageEncoder {
    private final String origin;

    public MessageEncoder(ProcessName process) {
        this.origin = process.origin();
    }

    /**
     * Writes a task.
     *
     * @throws IllegalArgumentException when a user header has a name of the protocol's or is no JSON value
     */
    public Message encode(OutgoingTask task) {
        return Unbuilt.refuse(origin + task.id());
    }

    /**
     * A copy for another attempt: same id, body and reply address, its own id as parent, as Celery does it; what counts
     * deliveries or tells of an earlier delay is left out.
     *
     * @param retries how many attempts are used up with this one
     */
    public Message retryOf(TaskMessage task, Message original, int retries, Optional<Instant> eta) {
        return Unbuilt.refuse(origin + task.id() + original.body() + retries + eta);
    }
}
