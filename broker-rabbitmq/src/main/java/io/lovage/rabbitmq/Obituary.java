package io.lovage.rabbitmq;

import com.rabbitmq.client.GetResponse;
import io.lovage.spi.Bytes;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.QueueSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a dead letter tells of its end: our own headers, or those of RabbitMQ when its net has caught it.
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
    /** It was delayed for a queue that was deleted meanwhile. */
    private static final String HOMELESS = "queue-deleted";

    static Obituary of(GetResponse taken) {
        Message message = Amqp.message(taken.getProps(), Bytes.wrap(taken.getBody()));
        if (message.header(LovageHeaders.DEAD_ID) instanceof String id) {
            return new Obituary(ours(id, message), text(message, LovageHeaders.DEAD_QUEUE));
        }
        Map<String, Object> raw = taken.getProps().getHeaders();
        Object deaths = raw == null ? null : Amqp.value(raw.get("x-death"));
        Optional<String> delayedFor = DelayLevels.queueOf(taken.getEnvelope().getRoutingKey());
        String reason = delayedFor.isPresent() ? HOMELESS : reason(raw);
        DeadLetter letter = new DeadLetter(fingerprint(message, deaths), message, reason, 0, time(raw));
        return new Obituary(letter, delayedFor.isPresent() ? delayedFor : diedIn(raw));
    }

    private static DeadLetter ours(String id, Message message) {
        int count = message.header(LovageHeaders.DEAD_DELIVERY_COUNT) instanceof Number number ? number.intValue() : 0;
        Message clean = message;
        for (String header : OURS) {
            clean = clean.withoutHeader(header);
        }
        return new DeadLetter(
                id,
                clean,
                text(message, LovageHeaders.DEAD_REASON).orElse("unknown"),
                count,
                text(message, LovageHeaders.DEAD_AT).flatMap(Obituary::instant));
    }

    /**
     * The letter as it lies there, to be published again: RabbitMQ's own headers would be lost with that, so what they
     * tell is said in ours, and the letter stays the same to whoever reads it.
     */
    Message copy() {
        Message copy = letter.message()
                .withHeader(LovageHeaders.DEAD_ID, letter.id())
                .withHeader(LovageHeaders.DEAD_REASON, letter.reason())
                .withHeader(LovageHeaders.DEAD_DELIVERY_COUNT, letter.deliveryCount());
        if (queue.isPresent()) {
            copy = copy.withHeader(LovageHeaders.DEAD_QUEUE, queue.get());
        }
        return letter.at().isPresent()
                ? copy.withHeader(LovageHeaders.DEAD_AT, letter.at().get().toString())
                : copy;
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

    private static String reason(@Nullable Map<String, Object> raw) {
        Object reason = raw == null ? null : raw.get("x-first-death-reason");
        return reason == null ? "unknown" : reason.toString().replace('_', '-');
    }

    private static Optional<String> diedIn(@Nullable Map<String, Object> raw) {
        return Optional.ofNullable(raw == null ? null : raw.get("x-first-death-queue"))
                .map(Object::toString);
    }

    private static Optional<Instant> time(@Nullable Map<String, Object> raw) {
        return raw != null
                        && raw.get("x-death") instanceof List<?> deaths
                        && !deaths.isEmpty()
                        && deaths.get(0) instanceof Map<?, ?> death
                        && death.get("time") instanceof Date date
                ? Optional.of(date.toInstant())
                : Optional.empty();
    }

    /** The same at every look, since nothing of it changes while the letter lies there. */
    private static String fingerprint(Message message, @Nullable Object deaths) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(message.body().toArray());
            digest.update(
                    (message.properties().correlationId().orElse("") + "\n" + deaths).getBytes(StandardCharsets.UTF_8));
            return "rabbitmq-" + HexFormat.of().formatHex(digest.digest(), 0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
