package io.lovage.spi;

/** What became of a settlement. */
public enum Settled {
    /**
     * The broker has applied it: the message is gone from the queue, at the configured durability. It does not say that
     * nobody else ever had it; a module whose server reports success to a stale owner watches the lease itself.
     */
    APPLIED,
    /**
     * Handed to a live connection whose protocol does not answer (RabbitMQ acknowledgements): the delivery comes again
     * only if the connection or the broker fails in that moment.
     */
    SENT,
    /** The lease was gone: nothing was changed, the message belongs or will belong to somebody else. */
    LEASE_LOST,
    /** The answer was lost with the connection: it may have been applied, or the message may come again. */
    UNKNOWN;

    /** Whether the broker has it, as far as its protocol can tell. */
    public boolean accepted() {
        return this == APPLIED || this == SENT;
    }
}
