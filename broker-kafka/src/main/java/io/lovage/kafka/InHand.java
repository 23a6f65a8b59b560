package io.lovage.kafka;

import io.lovage.spi.Delivery;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a consumer has: what waits for somebody who polls, and what was handed out, of which there is never more than
 * the prefetch (rule R2.2). Guarded by the lock of its consumer.
 */
final class InHand {
    private final Deque<KafkaDelivery> waiting = new ArrayDeque<>();
    private final Set<KafkaDelivery> handedOut = new HashSet<>();
    private final int prefetch;
    /** What runs alone, for caution: nothing is fetched beside it. */
    private @Nullable KafkaDelivery alone;
    /** Whether it does not even wait yet. */
    private boolean aside;

    InHand(int prefetch) {
        this.prefetch = prefetch;
    }

    void add(KafkaDelivery delivery) {
        delivery.buffered = true;
        waiting.add(delivery);
    }

    /** Keeps it back, to be handed out alone. */
    void setAside(KafkaDelivery delivery) {
        alone = delivery;
        aside = true;
    }

    /** Returns what was set aside and waits from now on: when its lane has nothing else that is not handed out. */
    @Nullable
    KafkaDelivery takeFromAside(Lane lane) {
        KafkaDelivery known = alone;
        if (known == null || !aside || known.lane() != lane || lane.inHand() - handedOutOf(lane) > 1) {
            return null;
        }
        aside = false;
        add(known);
        return known;
    }

    private long handedOutOf(Lane lane) {
        return handedOut.stream().filter(delivery -> delivery.lane() == lane).count();
    }

    boolean isAnyAlone() {
        return alone != null;
    }

    boolean isAlone(KafkaDelivery delivery) {
        return delivery == alone;
    }

    /** It has killed nobody: others may run beside it. */
    void survived(KafkaDelivery delivery) {
        if (delivery == alone) {
            alone = null;
            aside = false;
        }
    }

    /** Whether it waits or is handed out. */
    boolean has(KafkaDelivery delivery) {
        return handedOut.contains(delivery) || waiting.contains(delivery);
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
        return alone == null && handedOut.size() + waiting.size() < prefetch;
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
        survived(delivery);
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

    /** Takes everything out that waits, or was set aside. */
    List<KafkaDelivery> clear() {
        List<KafkaDelivery> all = new ArrayList<>(waiting);
        waiting.clear();
        KafkaDelivery known = alone;
        if (known != null && aside) {
            all.add(known);
            aside = false;
        }
        return all;
    }

    List<KafkaDelivery> handedOut() {
        return List.copyOf(handedOut);
    }

    /** Whether something of this lane was handed out so long ago. */
    boolean isOut(Lane lane, Duration time, long now) {
        return handedOut.stream().anyMatch(delivery -> delivery.lane() == lane && isOut(delivery, time, now));
    }

    /** Whether it was handed out so long ago. */
    boolean isOut(KafkaDelivery delivery, Duration time, long now) {
        return handedOut.contains(delivery) && now - delivery.handedOutAt >= time.toNanos();
    }
}
