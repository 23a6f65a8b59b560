package io.lovage.redis;

import io.lovage.envelope.Envelope;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What a dead letter tells of its end, in headers of ours.
 *
 * @param queue the queue it died in; empty when nobody says
 * @param priority with which it is sent again: a dead-letter queue is one list, whatever the letters had
 */
record Obituary(DeadLetter letter, Optional<String> queue, int priority) {
    private static final List<String> OURS = List.of(
            LovageHeaders.DEAD_ID,
            LovageHeaders.DEAD_REASON,
            LovageHeaders.DEAD_QUEUE,
            LovageHeaders.DEAD_DELIVERY_COUNT,
            LovageHeaders.DEAD_PRIORITY,
            LovageHeaders.DEAD_AT,
            LovageHeaders.DELIVERY_COUNT);

    static Message write(RedisDelivery delivery, String queue, String reason, Instant at) {
        return delivery.envelope()
                .message()
                .withHeader(LovageHeaders.DEAD_ID, UUID.randomUUID().toString())
                .withHeader(LovageHeaders.DEAD_REASON, reason)
                .withHeader(LovageHeaders.DEAD_QUEUE, queue)
                .withHeader(LovageHeaders.DEAD_DELIVERY_COUNT, delivery.deliveryCount())
                .withHeader(LovageHeaders.DEAD_PRIORITY, delivery.message().priority())
                .withHeader(LovageHeaders.DEAD_AT, at.toString());
    }

    static Obituary read(byte[] raw) {
        Message message = Envelope.read(raw).message();
        Optional<String> id = text(message, LovageHeaders.DEAD_ID);
        int count = number(message, LovageHeaders.DEAD_DELIVERY_COUNT);
        int priority = number(message, LovageHeaders.DEAD_PRIORITY);
        Message clean = message;
        for (String header : OURS) {
            clean = clean.withoutHeader(header);
        }
        DeadLetter letter = new DeadLetter(
                id.orElseGet(() -> fingerprint(raw)),
                clean,
                text(message, LovageHeaders.DEAD_REASON).orElse("unknown"),
                count,
                text(message, LovageHeaders.DEAD_AT).flatMap(Obituary::instant));
        return new Obituary(
                letter,
                text(message, LovageHeaders.DEAD_QUEUE),
                Math.max(0, Math.min(OutboundMessage.HIGHEST_PRIORITY, priority)));
    }

    /** Whether it belongs to this queue; a letter that names none belongs to whoever looks. */
    boolean isOf(QueueSpec spec) {
        return queue.map(spec.name()::equals).orElse(true);
    }

    private static int number(Message message, String header) {
        return message.header(header) instanceof Number number ? number.intValue() : 0;
    }

    private static Optional<String> text(Message message, String header) {
        return message.header(header) instanceof String text ? Optional.of(text) : Optional.empty();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return Optional.of(Instant.parse(text));
        } catch (DateTimeException e) {
            // Somebody else's header of the same name: the letter is shown without the time.
            return Optional.empty();
        }
    }

    /** Somebody else put it there; it stays the same while it lies there. */
    private static String fingerprint(byte[] raw) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(raw);
            return "redis-" + HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
