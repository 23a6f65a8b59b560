package io.lovage.rabbitmq;

import io.lovage.rabbitmq.Publication.Failure;
import io.lovage.spi.Destination;
import io.lovage.spi.OutboundMessage;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What bounds a publish.
 *
 * @param timeout until everything must be confirmed
 * @param window how many messages may be unconfirmed
 * @param largestMessageBytes what the server takes
 */
record PublishLimits(Duration timeout, int window, long largestMessageBytes) {
    /** Why this message need not be tried; null when nothing is known against it. */
    @Nullable
    Failure refusal(OutboundMessage message) {
        int length = message.message().body().length();
        if (length > largestMessageBytes) {
            return new Failure(
                    "message " + Publication.id(message) + " has a body of " + length + " bytes, RabbitMQ takes "
                            + largestMessageBytes + " here (?largest_message= if the server takes more)",
                    false,
                    null);
        }
        if (message.delay().compareTo(DelayLevels.LONGEST) > 0) {
            return new Failure(
                    "message " + Publication.id(message) + " has a delay of " + message.delay() + ", the longest is "
                            + DelayLevels.LONGEST,
                    false,
                    null);
        }
        if (!message.delay().isZero() && message.to() instanceof Destination.Reply) {
            return new Failure("a reply cannot be delayed", false, null);
        }
        return null;
    }
}
