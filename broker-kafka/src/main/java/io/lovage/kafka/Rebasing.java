package io.lovage.kafka;

import io.lovage.kafka.Outgoing.Written;
import io.lovage.spi.BrokerException;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.PublishException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
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

    /** So many are given back in one call. */
    private static final int TOGETHER = 100;

    /**
     * What it works with.
     *
     * @param copies publishes what is given under these names
     * @param cemetery puts dead letters down: where what can never be replaced ends
     */
    record Surroundings(
            BiFunction<List<String>, List<Written>, CompletionStage<Void>> copies,
            BiFunction<KafkaDelivery, String, CompletionStage<Void>> cemetery,
            TimeSource time,
            Executor callbacks) {}

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

    String queue() {
        return queue;
    }

    /** Whether it must be replaced before it may run. */
    boolean isDue(KafkaDelivery delivery) {
        return delivery.deliveriesByTheServer() >= last;
    }

    /**
     * Replaces what was not handed out; this delivery does not count. It is tried until the lease is lost; what can
     * never be replaced is dead-lettered.
     */
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
        publish(List.of(delivery)).whenComplete((done, failure) -> {
            if (failure == null) {
                delivery.lane().settle(delivery, Acknowledgement.ACCEPT);
                return;
            }
            BrokerException reason = KafkaErrors.doing("rebase a message", failure);
            if (reason.retryable()) {
                log.warn("a message of queue '{}' could not be rebased; it is tried again", queue, failure);
                around.time().after(AGAIN, () -> around.callbacks().execute(() -> replace(delivery)));
            } else {
                bury(delivery, reason);
            }
        });
    }

    private void bury(KafkaDelivery delivery, BrokerException reason) {
        buried(delivery, "cannot be rebased: " + KafkaErrors.text(reason)).whenComplete((done, failure) -> {
            if (failure == null) {
                delivery.lane().settle(delivery, Acknowledgement.ACCEPT);
            } else {
                log.error(
                        "{} can neither be rebased nor dead-lettered, and Kafka will drop it in the end",
                        delivery,
                        failure);
                delivery.abandon();
            }
        });
    }

    private CompletionStage<Void> buried(KafkaDelivery delivery, String reason) {
        try {
            return around.cemetery().apply(delivery, reason);
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /** Gives back what was never handed out. Completes when that is on its way, in whatever form. */
    CompletionStage<Void> giveBack(List<KafkaDelivery> deliveries) {
        List<KafkaDelivery> ours =
                deliveries.stream().filter(KafkaDelivery::takeAway).toList();
        CompletableFuture<Void> done = new CompletableFuture<>();
        if (ours.isEmpty()) {
            done.complete(null);
            return done;
        }
        around.callbacks().execute(() -> {
            List<KafkaDelivery> held = stillHeld(ours);
            List<CompletableFuture<Void>> all = new ArrayList<>();
            for (int i = 0; i < held.size(); i += TOGETHER) {
                all.add(replaceUnstarted(held.subList(i, Math.min(held.size(), i + TOGETHER))));
            }
            CompletionStage<Void> given = CompletableFuture.allOf(all.toArray(CompletableFuture[]::new));
            given.whenComplete((nothing, failure) -> done.complete(null));
        });
        return done;
    }

    /** What was lost meanwhile is somebody else's: a copy would run beside it. Releasing it tells that it is lost. */
    private static List<KafkaDelivery> stillHeld(List<KafkaDelivery> deliveries) {
        Map<Boolean, List<KafkaDelivery>> held = deliveries.stream()
                .collect(Collectors.partitioningBy(delivery -> delivery.lane().holds(delivery)));
        held.getOrDefault(false, List.of()).forEach(lost -> lost.lane().settle(lost, Acknowledgement.RELEASE));
        return held.getOrDefault(true, List.of());
    }

    /** What has no copy is released, which counts. */
    private CompletableFuture<Void> replaceUnstarted(List<KafkaDelivery> deliveries) {
        return publish(deliveries)
                .whenComplete((published, failure) -> {
                    for (KafkaDelivery delivery : deliveries) {
                        boolean copied = failure == null
                                || (failure instanceof PublishException some
                                        && !some.unconfirmed().contains(id(delivery)));
                        delivery.lane().settle(delivery, copied ? Acknowledgement.ACCEPT : Acknowledgement.RELEASE);
                    }
                })
                .toCompletableFuture();
    }

    private static String id(KafkaDelivery delivery) {
        return delivery.envelope().message().properties().correlationId().orElse("(no id)");
    }

    /** Publishes a copy of each, which nobody judges: it was in the queue already. */
    private CompletionStage<Void> publish(List<KafkaDelivery> deliveries) {
        try {
            return around.copies()
                    .apply(
                            deliveries.stream().map(Rebasing::id).toList(),
                            deliveries.stream().map(this::copy).toList());
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private Written copy(KafkaDelivery delivery) {
        if (delivery.envelope().defect().isPresent()) { // it has no headers; its worker dead-letters it at once
            return delivery.raw(topic);
        }
        Message counted = counted(delivery, delivery.deliveryCount() - 1);
        return Written.to(topic, Outgoing.envelope(queue, counted));
    }

    /** The message with this many deliveries in its header. */
    static Message counted(KafkaDelivery delivery, int deliveries) {
        Message message = delivery.envelope().message();
        return deliveries == 0
                ? message.withoutHeader(LovageHeaders.DELIVERY_COUNT)
                : message.withHeader(LovageHeaders.DELIVERY_COUNT, deliveries);
    }
}
