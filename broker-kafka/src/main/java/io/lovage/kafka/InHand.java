package io.lovage.kafka;

import io.lovage.spi.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a consumer has: what waits for somebody who polls, and what was handed out, of which there is never more than
 * the prefetch (rule R2.2). Guarded by the lock of its consumer.
 */
final class InHand {
    private final Deque<KafkaDelivery> waiting = new ArrayDeque<>();
    private final Set<KafkaDelivery> handedOut = new HashSet<>();
    private final int prefetch;

    InHand(int prefetch) {
        this.prefetch = prefetch;
    }

    void add(KafkaDelivery delivery) {
        delivery.buffered = true;
        waiting.add(delivery);
    }

    boolean isNothingWaiting() {
        return waiting.isEmpty();
    }

    /** Whether more may be handed out than was. */
    boolean mayHandOut() {
        return handedOut.size() < prefetch;
    }

    /** Whether more may be handed out than is here. */
    boolean mayFetch() {
        return handedOut.size() + waiting.size() < prefetch;
    }

    List<Delivery> handOut(int max, long now) {
        List<Delivery> handed = new ArrayList<>();
        while (handed.size() < max && mayHandOut() && !waiting.isEmpty()) {
            KafkaDelivery next = waiting.remove();
            next.buffered = false;
            next.handedOutAt = now;
            handedOut.add(next);
            handed.add(next);
        }
        return handed;
    }

    /**
     * Is done with.
     *
     * @return whether it had been handed out
     */
    boolean remove(KafkaDelivery delivery) {
        if (handedOut.remove(delivery)) {
            return true;
        }
        if (delivery.buffered) {
            waiting.remove(delivery);
        }
        return false;
    }

    /** The lane is gone, and what it had is lost. */
    void forget(Lane lane) {
        waiting.removeIf(delivery -> delivery.lane() == lane);
    }

    /** Takes everything out that waits. */
    List<KafkaDelivery> clear() {
        List<KafkaDelivery> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }

    List<KafkaDelivery> handedOut() {
        return List.copyOf(handedOut);
    }

    /** Whether something of this lane was handed out so long ago. */
    boolean isOut(Lane lane, Duration time, long now) {
        return handedOut.stream()
                .anyMatch(delivery -> delivery.lane() == lane && now - delivery.handedOutAt >= time.toNanos());
    }
}
