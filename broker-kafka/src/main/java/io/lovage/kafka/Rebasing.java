package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces messages by copies that carry their delivery count (rule R7.4). Kafka counts whatever it hands out, also
 * what was given back unstarted, and drops a message silently once it was handed out as often as its share group
 * allows. So a message does not run on its last deliveries: it is rebased as soon as half of them are gone, which
 * leaves the other half for workers that die while rebasing; and what was never started is given back as a copy that
 * does not count it. Thread-safe.
 */
final class Rebasing {
    private static final Logger log = LoggerFactory.getLogger(Rebasing.class);
    private static final Duration AGAIN = Duration.ofSeconds(1);

    /** What it works with. */
    record Surroundings(Publisher publisher, TimeSource time, Executor callbacks) {}

    private final String queue;
    private final String topic;
    private final int last;
    private final Surroundings around;

    /** {@code mostDeliveries}: how often the server hands a message out at most. */
    Rebasing(String queue, String topic, int mostDeliveries, Surroundings around) {
        this.queue = queue;
        this.topic = topic;
        this.last = Math.max(2, mostDeliveries / 2 + 1);
        this.around = around;
    }

    /** Whether it must be replaced before it may run. */
    boolean isDue(KafkaDelivery delivery) {
        return delivery.deliveriesByTheServer() >= last;
    }

    /** Replaces what was not handed out; this delivery does not count. It is tried until the lease is lost. */
    void rebase(KafkaDelivery delivery) {
        if (!delivery.takeAway()) {
            return;
        }
        around.callbacks().execute(() -> replace(delivery));
    }

    private void replace(KafkaDelivery delivery) {
        if (!delivery.lane().holds(delivery)) {
            delivery.lane().settle(delivery, Acknowledgement.RELEASE); // which answers that it is lost
            return;
        }
        copy(delivery).whenComplete((done, failure) -> {
            if (failure == null) {
                delivery.lane().settle(delivery, Acknowledgement.ACCEPT);
            } else {
                log.warn("a message of queue '{}' could not be rebased; it is tried again", queue, failure);
                around.time().after(AGAIN, () -> around.callbacks().execute(() -> replace(delivery)));
            }
        });
    }

    /** Gives back what was never handed out. Completes when that is on its way, in whatever form. */
    CompletionStage<Void> giveBack(KafkaDelivery delivery) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (!delivery.takeAway()) {
            done.complete(null);
            return done;
        }
        around.callbacks()
                .execute(() -> copy(delivery).whenComplete((published, failure) -> {
                    delivery.lane()
                            .settle(delivery, failure == null ? Acknowledgement.ACCEPT : Acknowledgement.RELEASE);
                    done.complete(null);
                }));
        return done;
    }

    private CompletionStage<Void> copy(KafkaDelivery delivery) {
        try {
            if (delivery.envelope().defect().isPresent()) { // it has no headers; its worker dead-letters it at once
                return around.publisher().publish(delivery.raw(topic));
            }
            Message counted = counted(delivery, delivery.deliveryCount() - 1);
            return around.publisher().publish(List.of(OutboundMessage.to(queue, counted)));
        } catch (BrokerException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** The message with this many deliveries in its header. */
    static Message counted(KafkaDelivery delivery, int deliveries) {
        Message message = delivery.envelope().message();
        return deliveries == 0
                ? message.withoutHeader(LovageHeaders.DELIVERY_COUNT)
                : message.withHeader(LovageHeaders.DELIVERY_COUNT, deliveries);
    }
}
