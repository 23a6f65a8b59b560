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
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * What must be published before a delivery of one queue is settled: copies with their count, dead letters. Thread-safe.
 *
 * @param serverLimit how many deliveries of one copy the server counts before it takes the message away
 */
record Settling(QueueSpec queue, Publisher publisher, TimeSource time, int serverLimit) {

    /** What to wait for before the frame; null when there is nothing. */
    @Nullable
    CompletionStage<Void> before(RabbitDelivery delivery, Settlement how) {
        return how.<@Nullable CompletionStage<Void>>fold(
                ack -> null,
                ackAfter -> publisher.publish(ackAfter.first()),
                release -> beforeRelease(delivery, release.delay()),
                dead -> publisher.publish(List.of(deadLetter(delivery, dead.reason()))));
    }

    /** Near the server's own limit a copy goes back instead of the original, so that the limit never acts (R7.2). */
    private @Nullable CompletionStage<Void> beforeRelease(RabbitDelivery delivery, Duration delay) {
        if (delay.isZero() && !delivery.isNearServerLimit(serverLimit)) {
            return null;
        }
        return publisher.publish(List.of(copy(delivery, delivery.deliveryCount(), delay)));
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

    private OutboundMessage deadLetter(RabbitDelivery delivery, String reason) {
        Message dead = delivery.message()
                .message()
                .withHeader(LovageHeaders.DEAD_ID, UUID.randomUUID().toString())
                .withHeader(LovageHeaders.DEAD_REASON, reason)
                .withHeader(LovageHeaders.DEAD_QUEUE, queue.name())
                .withHeader(LovageHeaders.DEAD_DELIVERY_COUNT, delivery.deliveryCount())
                .withHeader(LovageHeaders.DEAD_AT, time.now().toString());
        return new OutboundMessage(
                Destination.queue(queue.deadLetterQueue()),
                dead,
                Duration.ZERO,
                delivery.message().priority());
    }
}
