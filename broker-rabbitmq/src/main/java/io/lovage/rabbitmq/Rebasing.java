package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import io.lovage.rabbitmq.RabbitDelivery.Arrived;
import io.lovage.rabbitmq.RabbitDelivery.Frame;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Keeps the delivery count true where the server's own is not enough (chapter R7), by a rebase: a copy with the count in
 * its header is published, and when the broker holds it the original is acknowledged.
 *
 * - A classic queue has no count, only the flag `redelivered`. Such a message is rebased before it is handed out, or the
 *   next crash could not be told from this one.
 * - A quorum queue takes a message away after its delivery limit. The last delivery before that is rebased, so that core
 *   decides what becomes of it.
 * - Giving back what was never handed out counts as a delivery on every queue. The first time a message is given back as
 *   it is, which keeps its place at the head and costs its count one; from then on it is rebased with the count it had,
 *   so that any number of restarts costs no more (rule R7.4), and a released message is not counted twice.
 *
 * A crash between the copy's confirm and the acknowledgement leaves both: a duplicate, never a loss.
 */
final class Rebasing {
    private static final Logger log = LoggerFactory.getLogger(Rebasing.class);

    private static final int MOST_UNDER_WAY = Integer.MAX_VALUE;

    private final Semaphore underWay = new Semaphore(MOST_UNDER_WAY);
    private final Settling settling;
    private final Consumer<RabbitDelivery> ready;
    private final int rebaseAt;

    /**
     * Begins.
     *
     * @param ready gets what may be handed out
     */
    Rebasing(Settling settling, Consumer<RabbitDelivery> ready) {
        this.settling = settling;
        this.ready = ready;
        this.rebaseAt = Math.max(1, settling.serverLimit() - 1);
    }

    /** What comes too late to be handed out goes back at once. */
    void arrivedLate(Generation from, boolean redelivered, Arrived arrived) {
        giveBack(List.of(delivery(from, arrived, earlier(redelivered, arrived.properties()))));
    }

    void arrived(Generation from, boolean redelivered, Arrived arrived) {
        AMQP.BasicProperties properties = arrived.properties();
        Optional<Integer> byServer = countByServer(properties);
        int earlier = earlier(redelivered, properties);
        RabbitDelivery delivery = delivery(from, arrived, earlier);
        boolean uncounted = byServer.isEmpty() && redelivered;
        if (uncounted || byServer.orElse(0) >= rebaseAt) {
            rebase(delivery, earlier);
        } else {
            ready.accept(delivery);
        }
    }

    private RabbitDelivery delivery(Generation from, Arrived arrived, int earlier) {
        RabbitDelivery delivery = new RabbitDelivery(from, settling, arrived, earlier + 1);
        from.inHand().add(delivery);
        return delivery;
    }

    private int earlier(boolean redelivered, AMQP.BasicProperties properties) {
        return Amqp.countInHeader(properties) + countByServer(properties).orElse(redelivered ? 1 : 0);
    }

    /**
     * A classic queue counts nothing. A message that came there from a quorum queue, delayed or held, still has the
     * count of that one in a header.
     */
    private Optional<Integer> countByServer(AMQP.BasicProperties properties) {
        return settling.queueCounts() ? Amqp.countByServer(properties) : Optional.empty();
    }

    /** What cannot be rebased is handed out all the same, with the right count for this time. */
    private void rebase(RabbitDelivery delivery, int earlier) {
        replace(delivery, earlier, failure -> {
            log.warn("a redelivered message could not be rebased: {}", failure.getMessage());
            ready.accept(delivery);
        });
    }

    private void replace(RabbitDelivery delivery, int earlier, Consumer<Throwable> otherwise) {
        underWay.acquireUninterruptibly();
        settling.publisher()
                .publish(List.of(settling.copy(delivery, earlier, Duration.ZERO)))
                .whenComplete((held, failure) -> {
                    try {
                        if (failure == null) {
                            delivery.settleUnheard(Frame.ACK);
                        } else {
                            otherwise.accept(failure);
                        }
                    } finally {
                        underWay.release();
                    }
                });
    }

    /** Waits until every copy that is under way was confirmed, and its original acknowledged, or has failed. */
    boolean awaitQuiet(Duration limit) throws InterruptedException {
        if (!underWay.tryAcquire(MOST_UNDER_WAY, limit.toNanos(), TimeUnit.NANOSECONDS)) {
            return false;
        }
        underWay.release(MOST_UNDER_WAY);
        return true;
    }

    /** Gives back what nobody was handed. */
    void giveBack(List<RabbitDelivery> unused) {
        for (RabbitDelivery delivery : unused) {
            if (delivery.deliveryCount() == 1 && settling.queue().deliveryLimit() > 1) {
                delivery.settleUnheard(Frame.RELEASE);
            } else {
                replace(delivery, delivery.deliveryCount() - 1, failure -> delivery.settleUnheard(Frame.RELEASE));
            }
        }
    }
}
