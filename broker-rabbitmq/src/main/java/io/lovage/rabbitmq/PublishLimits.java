package io.lovage.rabbitmq;

import io.lovage.rabbitmq.Publication.Failure;
import io.lovage.spi.Destination;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What bounds a publish.
 *
 * @param timeout until everything must be confirmed
 * @param window how many messages may be unconfirmed
 * @param largestMessageBytes what the server takes
 */
record PublishLimits(Duration timeout, int window, long largestMessageBytes) {
    /** The client library ends the connection of whoever receives more levels of maps and lists in a header. */
    private static final int MOST_NESTED = 32;

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
        for (Map.Entry<String, @Nullable Object> header :
                message.message().headers().entrySet()) {
            if (isNestedDeeper(header.getValue(), MOST_NESTED)) {
                return new Failure(
                        "message " + Publication.id(message) + ": header " + header.getKey() + " has more than "
                                + MOST_NESTED + " levels of maps and lists; send them as text, or in the body",
                        false,
                        null);
            }
        }
        if (message.delay().compareTo(DelayLevels.LONGEST) > 0) {
            return new Failure(
                    "message " + Publication.id(message) + " has a delay of " + UrlOptions.written(message.delay())
                            + ", the longest is " + UrlOptions.written(DelayLevels.LONGEST),
                    false,
                    null);
        }
        if (!message.delay().isZero() && message.to() instanceof Destination.Reply) {
            return new Failure("a reply cannot be delayed", false, null);
        }
        return null;
    }

    private static boolean isNestedDeeper(@Nullable Object value, int levels) {
        if (value instanceof Map<?, ?> map) {
            return levels == 0 || map.values().stream().anyMatch(element -> isNestedDeeper(element, levels - 1));
        }
        return value instanceof List<?> list
                && (levels == 0 || list.stream().anyMatch(element -> isNestedDeeper(element, levels - 1)));
    }
}
