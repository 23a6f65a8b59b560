package io.lovage.internal.memory;

import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;

/** A message in a space, wherever it is: waiting, held back or in somebody's hands. Guarded by the space's lock. */
final class QueuedMessage {
    final Message message;
    final int priority;
    /** Deliveries of earlier copies, from the header (rule R7.1). */
    private final int before;

    private int handedOut;
    /** Its place in the order of arrival; given anew when a delay ends. */
    long sequence;
    /** When a delay ends, by the space's clock; meaningful only while it is held back. */
    long due;

    QueuedMessage(Message message, int priority) {
        this.message = message;
        this.priority = priority;
        this.before = message.header(LovageHeaders.DELIVERY_COUNT) instanceof Number count
                ? (int) Math.max(0, Math.min(count.longValue(), Integer.MAX_VALUE / 2))
                : 0;
    }

    /** How often it and its earlier copies were handed out. */
    int deliveries() {
        return before + handedOut;
    }

    int countHandOut() {
        handedOut++;
        return deliveries();
    }

    void forgetHandOut() {
        handedOut--;
    }
}
