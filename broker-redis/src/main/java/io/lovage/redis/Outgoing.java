package io.lovage.redis;

import io.lovage.envelope.Envelope;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Destination;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Judges messages before anything of them is sent, and writes their envelopes. Immutable.
 *
 * @param celeryPriorities whether the smallest priority in the envelope is the first
 */
record Outgoing(int largestMessage, boolean celeryPriorities) {
    /** Scores of sorted sets are exact far beyond it; it is a bound so that there is one. */
    static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    /** A reply becomes a key: it must not be able to name any other one (rule R12.4). */
    private static final Pattern REPLY = Pattern.compile("[0-9A-Fa-f-]{8,64}|lovage\\.reply\\.[0-9A-Za-z-]{1,100}");

    /** Why it cannot be published; empty when it can. */
    Optional<BrokerException> refusal(OutboundMessage message) {
        int length = message.message().body().length();
        if (length > largestMessage) {
            return refused("the body has " + length + " bytes, the largest that is taken " + largestMessage
                    + " (?largest_message=)");
        }
        if (message.delay().compareTo(LONGEST_DELAY) > 0) {
            return refused("a delay of " + UrlOptions.written(message.delay()) + " is too long, the longest is "
                    + UrlOptions.written(LONGEST_DELAY));
        }
        if (message.to() instanceof Destination.Reply reply
                && !REPLY.matcher(reply.address()).matches()) {
            return refused("the reply address is not one: expected a UUID");
        }
        return Optional.empty();
    }

    private static Optional<BrokerException> refused(String why) {
        return Optional.of(new ConfigurationException(why));
    }

    byte[] envelope(OutboundMessage message) {
        String routingKey = message.to().fold(Destination.Queue::name, Destination.Reply::address);
        return Envelope.write(message.message(), routingKey, kombuPriority(message));
    }

    private int kombuPriority(OutboundMessage message) {
        return celeryPriorities && message.to() instanceof Destination.Queue
                ? OutboundMessage.HIGHEST_PRIORITY - message.priority()
                : message.priority();
    }

    /** Whole milliseconds, rounded up: never early (rule R5.1). */
    static long millis(Duration delay) {
        long millis = delay.toMillis();
        return delay.minusMillis(millis).isZero() ? millis : millis + 1;
    }
}
