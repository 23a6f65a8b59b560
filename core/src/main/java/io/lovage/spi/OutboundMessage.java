package io.lovage.spi;

import java.time.Duration;

/**
 * A message to publish.
 *
 * @param delay how long the broker keeps it back, by the broker's clock; zero for none
 * @param priority 0 to 9, higher is taken first (rule R6.1)
 */
public record OutboundMessage(Destination to, Message message, Duration delay, int priority) {
    public static final int HIGHEST_PRIORITY = 9;

    public OutboundMessage {
        if (delay.isNegative()) {
            throw new IllegalArgumentException("delay must not be negative, was " + delay);
        }
        if (priority < 0 || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("priority must be 0 to " + HIGHEST_PRIORITY + ", was " + priority);
        }
    }

    /** A message to a queue, without delay and with the lowest priority. */
    public static OutboundMessage to(String queue, Message message) {
        return new OutboundMessage(Destination.queue(queue), message, Duration.ZERO, 0);
    }

    public OutboundMessage delayedBy(Duration newDelay) {
        return new OutboundMessage(to, message, newDelay, priority);
    }

    public OutboundMessage withPriority(int newPriority) {
        return new OutboundMessage(to, message, delay, newPriority);
    }
}
