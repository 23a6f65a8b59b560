package io.lovage.spi;

import java.util.Optional;

/**
 * What a worker knows of the task whose state it stores.
 *
 * @param replyTo the reply address of the message; empty when the client wants no reply
 * @param correlationId the correlation id of the message, the task id in Celery's use
 */
public record TaskRef(TaskId id, Optional<String> replyTo, String correlationId) {
    public static TaskRef of(TaskId id) {
        return new TaskRef(id, Optional.empty(), id.value());
    }
}
