package io.lovage.spi;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/** How a delivery is given back. */
public sealed interface Settlement {
    /** Done: the message is removed. */
    record Ack() implements Settlement {}

    /**
     * Done, once {@code first} are held by the broker: retries, chains, hand-over and rebase are made of this. The
     * messages are held before the delivery is settled, so a crash in between may duplicate, never lose (rule R3.8).
     */
    record AckAfter(List<OutboundMessage> first) implements Settlement {
        public AckAfter {
            first = List.copyOf(first);
        }
    }

    /** Again, not before {@code delay}; the delivery count grows (rules R3.2 and R3.3). */
    record Release(Duration delay) implements Settlement {
        public Release {
            if (delay.isNegative()) {
                throw new IllegalArgumentException("delay must not be negative, was " + delay);
            }
        }
    }

    /**
     * To the dead-letter queue, with the reason (rule R3.4).
     *
     * @param reason cut after {@link #LONGEST_REASON} characters: it may quote the message, and must fit into it as a
     *     header
     */
    record DeadLetter(String reason) implements Settlement {
        public static final int LONGEST_REASON = 500;

        public DeadLetter {
            if (reason.length() > LONGEST_REASON) {
                int end = LONGEST_REASON - 1;
                reason = reason.substring(0, Character.isHighSurrogate(reason.charAt(end - 1)) ? end - 1 : end) + "…";
            }
        }
    }

    static Settlement ack() {
        return new Ack();
    }

    static Settlement ackAfter(List<OutboundMessage> first) {
        return new AckAfter(first);
    }

    static Settlement release(Duration delay) {
        return new Release(delay);
    }

    static Settlement deadLetter(String reason) {
        return new DeadLetter(reason);
    }

    /** Handles all four kinds in one place. */
    default <T> T fold(
            Function<Ack, T> ack,
            Function<AckAfter, T> ackAfter,
            Function<Release, T> release,
            Function<DeadLetter, T> deadLetter) {
        if (this instanceof Ack a) {
            return ack.apply(a);
        }
        if (this instanceof AckAfter a) {
            return ackAfter.apply(a);
        }
        return this instanceof Release r ? release.apply(r) : deadLetter.apply((DeadLetter) this);
    }
}
