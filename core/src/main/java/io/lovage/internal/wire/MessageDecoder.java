package io.lovage.internal.wire;

import io.lovage.spi.InboundMessage;

/**
 * Reads messages of Celery's protocol v2, and v1 of old producers. Every input gives an answer: what is wrong in any
 * way is {@link Decoded.Unreadable}, never an exception (rule R10.6). Thread-safe.
 */
public final class MessageDecoder {
    public Decoded decode(InboundMessage inbound) {
        return Unbuilt.refuse(inbound.queue());
    }
}
