package io.lovage.rabbitmq;

import io.lovage.spi.Destination;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What must be published before a delivery of one queue is settled: copies with their count, dead letters. Thread-safe.
 *
 * @param queueCounts whether the queue itself counts deliveries
 * @param serverLimit how many deliveries of one copy it counts before it takes the message away
 */
record Settling(QueueSpec queue, Publisher publisher, TimeSource time, boolean queueCounts, int serverLimit) {
    private static final Logger log = LoggerFactory.getLogger(Settling.class);
    private static final int LONGEST_REASON = 1_000;

    /** What to wait for before the frame; null when there is nothing. */
    @Nullable
    CompletionStage<Void> before(RabbitDelivery delivery, Settlement how) {
        return how.<@Nullable CompletionStage<Void>>fold(
                ack -> null,
                ackAfter -> publisher.publish(ackAfter.first()),
                release -> beforeRelease(delivery, release.delay()),
                dead -> publishDead(delivery, dead.reason()));
    }

    /** Near the server's own limit a copy goes back instead of the original, so that the limit never acts (R7.2). */
    private @Nullable CompletionStage<Void> beforeRelease(RabbitDelivery delivery, Duration delay) {
        if (delay.isZero() && !delivery.isHandedOver() && !delivery.isNearServerLimit(serverLimit)) {
            return null;
        }
        return publisher.publish(List.of(copy(delivery, delivery.deliveryCount(), delay)));
    }

    /** Back to the task queue, with the count it has. */
    OutboundMessage home(RabbitDelivery delivery) {
        return copy(delivery, delivery.deliveryCount(), Duration.ZERO);
    }

    /** For a holding queue. */
    OutboundMessage held(HeldCopy copy, String holdingQueue) {
        OutboundMessage home = home(copy.delivery());
        return new OutboundMessage(
                Destination.queue(holdingQueue),
                home.message().withHeader(Amqp.HOLDING_TOKEN, copy.token()),
                Duration.ZERO,
                home.priority());
    }

    /** A rebase: the same message, with its count in a header. */
    OutboundMessage copy(RabbitDelivery delivery, int earlierDeliveries, Duration delay) {
        Message counted = delivery.message().message().withHeader(LovageHeaders.DELIVERY_COUNT, earlierDeliveries);
        return new OutboundMessage(
                Destination.queue(queue.name()),
                counted,
                delay,
                delivery.message().priority());
    }

    /**
     * A dead letter must find room, or its delivery could never be settled: headers travel in one frame. Where that has
     * none for what is to be said of its end, the message is kept as it came, and the log says it.
     */
    private CompletionStage<Void> publishDead(RabbitDelivery delivery, String reason) {
        CompletionStage<Void> published = publisher.publish(List.of(deadLetter(obituary(delivery, reason), delivery)));
        return published.exceptionallyCompose(failure -> {
            if (!(failure.getCause() instanceof IllegalArgumentException)) {
                return CompletableFuture.failedFuture(failure);
            }
            log.warn(
                    "a message of queue '{}' is dead-lettered without its reason, for which its headers leave no room: {}",
                    queue.name(),
                    cut(reason));
            return publisher.publish(List.of(deadLetter(delivery.message().message(), delivery)));
        });
    }

    private Message obituary(RabbitDelivery delivery, String reason) {
        return delivery.message()
                .message()
                .withHeader(LovageHeaders.DEAD_ID, UUID.randomUUID().toString())
                .withHeader(LovageHeaders.DEAD_REASON, cut(reason))
                .withHeader(LovageHeaders.DEAD_QUEUE, queue.name())
                .withHeader(LovageHeaders.DEAD_DELIVERY_COUNT, delivery.deliveryCount())
                .withHeader(LovageHeaders.DEAD_AT, time.now().toString());
    }

    private static String cut(String reason) {
        return reason.length() <= LONGEST_REASON ? reason : reason.substring(0, LONGEST_REASON);
    }

    private OutboundMessage deadLetter(Message dead, RabbitDelivery delivery) {
        return new OutboundMessage(
                Destination.queue(queue.deadLetterQueue()),
                dead,
                Duration.ZERO,
                delivery.message().priority());
    }
}
