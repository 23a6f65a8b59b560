package io.lovage.rabbitmq;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/*
 * Sees to it that the server gives this consumer no more than its prefetch, also when part of it is held elsewhere. Used
 * by the keeper's thread alone.
 *
 * The server counts the prefetch for each subscription: what came over an earlier one, or is held in the holding queue,
 * it does not count. And the prefetch of a subscription cannot be changed. So when a delivery is handed over, all
 * subscriptions end before the original is acknowledged, and new ones begin with what is left, at first little; as the
 * deliveries of the ended ones are settled, further ones are added.
 *
 * Invariant: the prefetches of the running subscriptions, the unsettled deliveries of ended ones and those held elsewhere
 * are together never more than the prefetch of the consumer.
 */
final class Subscriptions {
    /** Fewer than the whole, but not one for every delivery that is settled. */
    private static final int PARTS = 8;

    private final List<Subscription> running = new ArrayList<>();
    private final String queue;
    private final int prefetch;
    private final Subscription.Events events;
    private int granted;
    private long endedAt;

    Subscriptions(String queue, int prefetch, Subscription.Events events) {
        this.queue = queue;
        this.prefetch = prefetch;
        this.events = events;
    }

    boolean isEmpty() {
        return running.isEmpty();
    }

    /** Takes as many as may be taken. */
    void extend(Generation current, int heldElsewhere) throws IOException {
        int old = endedAt == 0 ? 0 : current.inHand().where(this::isOld).size();
        if (old == 0) {
            endedAt = 0;
        }
        int more = prefetch - heldElsewhere - old - granted;
        if (more > 0 && (more >= prefetch / PARTS || old == 0)) {
            running.add(Subscription.begin(current, queue, more, events));
            granted += more;
        }
    }

    private boolean isOld(RabbitDelivery delivery) {
        return delivery.tag() <= endedAt;
    }

    /** One is enough again, when nothing is in hand that would have to be counted apart. */
    boolean areTooMany(Generation current) {
        return running.size() > 1 && current.inHand().all().isEmpty();
    }

    /** Returns when nothing comes any more. */
    void end(Generation current, Duration limit) throws IOException {
        List<Subscription> ending = List.copyOf(running);
        forget();
        for (Subscription one : ending) {
            one.cancel(limit);
        }
        endedAt = current.watch();
    }

    /** Their channel has ended. */
    void forget() {
        running.clear();
        granted = 0;
        endedAt = 0;
    }
}
