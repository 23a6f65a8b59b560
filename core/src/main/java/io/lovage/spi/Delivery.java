package io.lovage.spi;

import java.util.concurrent.CompletionStage;

/**
 * One message in the hands of one worker, until it is settled or its lease is lost. The consumer that handed it out
 * keeps the lease alive. Thread-safe: any thread may settle (rule R3.7).
 */
public interface Delivery {
    InboundMessage message();

    /** How often this message was handed out, this time included; the first is 1 (rule R7.1). */
    int deliveryCount();

    /**
     * Gives the delivery back. The stage completes normally with what became of it; it completes exceptionally with a
     * {@link BrokerException} only when nothing was changed and the delivery is still held, for instance because a
     * message of {@link Settlement.AckAfter} could not be published: it may then be settled again, in the same way when
     * {@link BrokerException#retryable} says so, otherwise in another one.
     *
     * @throws IllegalStateException when it is being or has been settled (rule R3.5)
     */
    CompletionStage<Settled> settle(Settlement how);

    /**
     * Stops keeping the lease alive without settling: the broker will give the message to somebody else. Idempotent.
     */
    void abandon();

    /**
     * Runs {@code action} once when the lease is lost, at once when it already is: from then on nothing may be written
     * for this delivery. Runs on a thread of the consumer and must not block. Not run after a settlement was accepted.
     */
    void onLost(Runnable action);
}
