package io.lovage.spi;

import java.util.Optional;

/**
 * A message as a broker handed it out. Headers that the broker added for itself (such as RabbitMQ's {@code x-death})
 * have been removed, so that a copy may be published again.
 *
 * @param message what was read; with a defect, as much of it as could be
 * @param queue the task queue it was taken from
 * @param priority the priority it was published with, 0 where the broker does not tell
 * @param defect why the broker could not read its own envelope around the message; the worker then dead-letters it with
 *     this as the reason (rule R10.6)
 */
public record InboundMessage(Message message, String queue, int priority, Optional<String> defect) {
    public static InboundMessage of(Message message, String queue, int priority) {
        return new InboundMessage(message, queue, priority, Optional.empty());
    }
}
