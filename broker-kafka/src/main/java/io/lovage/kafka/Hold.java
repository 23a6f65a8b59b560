package io.lovage.kafka;

import org.jspecify.annotations.Nullable;

/**
 * A record in hand. Guarded by the lock of its {@link Holds}, until it has left them; then the lane's thread has it.
 */
final class Hold {
    final KafkaDelivery delivery;

    @Nullable
    Acknowledgement settlement;

    boolean abandoned;
    boolean lost;
    /** When the lock that was running as it was abandoned is over, at the earliest and at the latest. */
    long ends;

    long over;
    /** Until when an answer to its settlement can be believed. */
    long until;

    Hold(KafkaDelivery delivery) {
        this.delivery = delivery;
    }

    Place place() {
        return delivery.place();
    }

    /** How it is given back: what is lost, or was never settled, is released. */
    Acknowledgement acknowledgement() {
        Acknowledgement settled = settlement;
        return lost || settled == null ? Acknowledgement.RELEASE : settled;
    }

    boolean isKept() {
        return !lost && !abandoned && settlement == null;
    }
}
