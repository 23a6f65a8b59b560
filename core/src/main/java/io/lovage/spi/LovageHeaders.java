package io.lovage.spi;

/**
 * Headers that Lovage itself adds to a message. They never begin with {@code x-}: brokers keep that prefix for
 * themselves, and RabbitMQ acts on some of them when a message is published again.
 */
public final class LovageHeaders {
    /**
     * Deliveries that happened to earlier copies of a rebased message; an integer, absent means 0. The delivery count
     * is this plus the server's own count (rule R7.1).
     */
    public static final String DELIVERY_COUNT = "lovage-delivery-count";

    /** The {@code eta} that a broker already held this message back for, so that no worker's clock is asked again. */
    public static final String HELD_UNTIL = "lovage-held-until";

    /** Why the message was dead-lettered. */
    public static final String DEAD_REASON = "lovage-dead-reason";

    /** The queue from which the message was dead-lettered. */
    public static final String DEAD_QUEUE = "lovage-dead-queue";

    /** The delivery count with which the message was dead-lettered; an integer. */
    public static final String DEAD_DELIVERY_COUNT = "lovage-dead-delivery-count";

    /** The priority the message had, where the dead-letter queue itself does not keep it; an integer. */
    public static final String DEAD_PRIORITY = "lovage-dead-priority";

    /** When the message was dead-lettered: ISO-8601, UTC. */
    public static final String DEAD_AT = "lovage-dead-at";

    /** What names this dead letter to operators; unique within its dead-letter queue. */
    public static final String DEAD_ID = "lovage-dead-id";

    private LovageHeaders() {}
}
