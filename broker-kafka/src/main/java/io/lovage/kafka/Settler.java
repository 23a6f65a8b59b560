package io.lovage.kafka;

import io.lovage.kafka.Outgoing.Written;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Settles deliveries of one queue: publishes first what is to be held first, then acknowledges (rule R3.8). Publishing
 * never runs on the thread of whoever settles, nor on a lane's, since it may have to wait. Thread-safe.
 */
final class Settler {
    /** What it works with. */
    record Surroundings(
            Publisher publisher, DelayRoute delays, TopicNames names, TimeSource time, Executor callbacks) {}

    private final QueueSpec queue;
    private final String deadTopic;
    private final Surroundings around;

    Settler(QueueSpec queue, Surroundings around) {
        this.queue = queue;
        this.deadTopic = around.names().topic(queue.deadLetterQueue());
        this.around = around;
    }

    void settle(KafkaDelivery delivery, Settlement how) {
        @Nullable
        Void unused = how.fold(
                ack -> acknowledge(delivery, Acknowledgement.ACCEPT),
                ackAfter -> after(delivery, () -> around.publisher().publish(ackAfter.first())),
                release -> release(delivery, release.delay()),
                deadLetter -> after(delivery, () -> bury(delivery, deadLetter.reason())));
    }

    private static @Nullable Void acknowledge(KafkaDelivery delivery, Acknowledgement how) {
        delivery.lane().settle(delivery, how);
        return null;
    }

    private @Nullable Void release(KafkaDelivery delivery, Duration delay) {
        if (delay.isZero()) {
            return acknowledge(delivery, Acknowledgement.RELEASE);
        }
        if (around.delays().longest().isZero()) {
            delivery.failed(new ConfigurationException("this broker has no delays; release without one"));
            return null;
        }
        Message counted = Rebasing.counted(delivery, delivery.deliveryCount());
        return after(
                delivery,
                () -> around.publisher()
                        .publish(List.of(
                                OutboundMessage.to(queue.name(), counted).delayedBy(delay))));
    }

    private @Nullable Void after(KafkaDelivery delivery, Supplier<CompletionStage<Void>> first) {
        around.callbacks().execute(() -> {
            try {
                first.get().whenComplete((done, failure) -> {
                    if (failure == null) {
                        delivery.lane().settle(delivery, Acknowledgement.ACCEPT);
                    } else {
                        delivery.failed(KafkaErrors.doing("publish what comes before a settlement", failure));
                    }
                });
            } catch (RuntimeException e) {
                delivery.failed(KafkaErrors.doing("publish what comes before a settlement", e));
            }
        });
        return null;
    }

    /**
     * Puts a dead letter down; the delivery is settled by whoever asks. What is too large for the topic of dead letters
     * is cut: it would come again until Kafka drops it.
     */
    CompletionStage<Void> bury(KafkaDelivery delivery, String reason) {
        String id = UUID.randomUUID().toString();
        Message letter =
                Obituary.write(delivery, queue.name(), id, reason, around.time().now());
        return publish(id, letter)
                .exceptionallyComposeAsync( // on another thread: on this one the window still counts the first try
                        failure -> TooLarge.is(failure)
                                ? publish(id, Obituary.cut(letter, reason))
                                : CompletableFuture.failedStage(failure),
                        around.callbacks());
    }

    private CompletionStage<Void> publish(String id, Message letter) {
        byte[] envelope = Outgoing.envelope(queue.deadLetterQueue(), letter);
        return around.publisher()
                .publish(new Written(deadTopic, deadTopic, id.getBytes(StandardCharsets.UTF_8), Map.of(), envelope));
    }
}
