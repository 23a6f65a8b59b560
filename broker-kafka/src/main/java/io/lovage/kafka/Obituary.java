package io.lovage.kafka;

import io.lovage.envelope.Envelope;
import io.lovage.spi.Bytes;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.QueueSpec;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a dead letter tells of its end, in headers of ours.
 *
 * @param queue the queue it died in; empty when nobody says
 */
record Obituary(DeadLetter letter, Optional<String> queue) {
    private static final List<String> OURS = List.of(
            LovageHeaders.DEAD_ID,
            LovageHeaders.DEAD_REASON,
            LovageHeaders.DEAD_QUEUE,
            LovageHeaders.DEAD_DELIVERY_COUNT,
            LovageHeaders.DEAD_AT,
            LovageHeaders.DELIVERY_COUNT);

    private static final int KEPT_OF_A_BODY = 64 << 10;
    private static final int KEPT_OF_A_HEADER = 1 << 10;
    private static final int KEPT_HEADERS = 100;

    /** The message with everything that is to be known of its end. */
    static Message write(KafkaDelivery delivery, String queue, String id, String reason, Instant at) {
        return write(delivery.envelope().message(), delivery.deliveryCount(), queue, id, reason, at);
    }

    /** Of one that was delayed: it was handed out as often as its header says. */
    static Message write(Envelope delayed, String queue, String id, String reason, Instant at) {
        return write(delayed.message(), delayed.countInHeader(), queue, id, reason, at);
    }

    private static Message write(Message message, int deliveries, String queue, String id, String reason, Instant at) {
        return message.withHeader(LovageHeaders.DEAD_ID, id)
                .withHeader(LovageHeaders.DEAD_REASON, reason)
                .withHeader(LovageHeaders.DEAD_QUEUE, queue)
                .withHeader(LovageHeaders.DEAD_DELIVERY_COUNT, deliveries)
                .withHeader(LovageHeaders.DEAD_AT, at.toString());
    }

    /** The beginning of its body, and what its headers say in few words. */
    static Message cut(Message letter, String reason) {
        Map<String, @Nullable Object> headers = new HashMap<>();
        letter.headers().forEach((name, value) -> {
            boolean few = name.length() <= KEPT_OF_A_HEADER && headers.size() < KEPT_HEADERS;
            boolean small = value instanceof String text ? text.length() <= KEPT_OF_A_HEADER : value instanceof Number;
            if ((few && small) || OURS.contains(name)) {
                headers.put(name, value);
            }
        });
        byte[] body = letter.body().toArray();
        Bytes kept = Bytes.wrap(Arrays.copyOf(body, Math.min(body.length, KEPT_OF_A_BODY)));
        return new Message(headers, letter.properties(), kept)
                .withHeader(
                        LovageHeaders.DEAD_REASON,
                        reason + " (too large for the topic of dead letters: " + kept.length() + " of the "
                                + body.length + " bytes of its body are kept)");
    }

    /** {@code key}: of the record, which is the letter's id. */
    static Obituary read(String key, byte[] raw) {
        Message message = Envelope.read(raw).message();
        int count = message.header(LovageHeaders.DEAD_DELIVERY_COUNT) instanceof Number number ? number.intValue() : 0;
        DeadLetter letter = new DeadLetter(
                key,
                clean(message),
                text(message, LovageHeaders.DEAD_REASON).orElse("unknown"),
                count,
                text(message, LovageHeaders.DEAD_AT).flatMap(Obituary::instant));
        return new Obituary(letter, text(message, LovageHeaders.DEAD_QUEUE));
    }

    /** As it was before it died. */
    static Message clean(Message message) {
        Message clean = message;
        for (String header : OURS) {
            clean = clean.withoutHeader(header);
        }
        return clean;
    }

    /** Whether it belongs to this queue; a letter that names none belongs to whoever looks. */
    boolean isOf(QueueSpec spec) {
        return queue.map(spec.name()::equals).orElse(true);
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
}
