package io.lovage.rabbitmq;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.LongString;
import io.lovage.spi.Bytes;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns messages into AMQP's properties and back. */
final class Amqp {
    private static final int PERSISTENT = 2;
    private static final int TRANSIENT = 1;
    /** Anybody may write a count, and more is added to it. */
    private static final int MOST_COUNTED = 500_000_000;

    private static final String DELIVERY_COUNT = "x-delivery-count";
    /** From 4.3 on this counts every delivery, and {@code x-delivery-count} only those that failed. */
    private static final String ACQUIRED_COUNT = "x-acquired-count";

    /** Which copy in a holding queue this is; nobody else's business. */
    static final String HOLDING_TOKEN = "lovage-holding-token";

    private Amqp() {}

    static AMQP.BasicProperties properties(OutboundMessage outbound) {
        Message message = outbound.message();
        MessageProperties given = message.properties();
        return new AMQP.BasicProperties(
                given.contentType().orElse(null),
                given.contentEncoding().orElse(null),
                table(message.headers()),
                given.persistent() ? PERSISTENT : TRANSIENT,
                outbound.priority(),
                given.correlationId().orElse(null),
                given.replyTo().orElse(null),
                null,
                null,
                null,
                null,
                null,
                null,
                null);
    }

    /* AMQP tables hold nulls; the client's signature cannot say so. */
    @SuppressWarnings("NullAway")
    private static Map<String, Object> table(Map<String, @Nullable Object> headers) {
        return headers;
    }

    /**
     * A message as it was published: what RabbitMQ added is removed. Dead-lettering headers in a copy that is published
     * again would make the server see a cycle and drop it.
     */
    static Message message(AMQP.BasicProperties properties, Bytes body) {
        Integer mode = properties.getDeliveryMode();
        MessageProperties read = new MessageProperties(
                Optional.ofNullable(properties.getContentType()),
                Optional.ofNullable(properties.getContentEncoding()),
                Optional.ofNullable(properties.getCorrelationId()),
                Optional.ofNullable(properties.getReplyTo()),
                mode != null && mode == PERSISTENT);
        return new Message(headers(properties.getHeaders()), read, body);
    }

    private static Map<String, @Nullable Object> headers(@Nullable Map<String, Object> raw) {
        if (raw == null) {
            return Map.of();
        }
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(raw.size() * 2);
        for (Map.Entry<String, Object> header : raw.entrySet()) {
            if (!isServers(header.getKey())) {
                headers.put(header.getKey(), value(header.getValue()));
            }
        }
        return headers;
    }

    static boolean isServers(String header) {
        return header.equals(HOLDING_TOKEN) || isRabbits(header);
    }

    private static boolean isRabbits(String header) {
        return header.startsWith("x-")
                && (header.equals("x-death")
                        || header.equals(DELIVERY_COUNT)
                        || header.equals(ACQUIRED_COUNT)
                        || header.startsWith("x-first-death-")
                        || header.startsWith("x-last-death-"));
    }

    /** Strings arrive as {@link LongString}, also deep inside; types that JSON has not become text. */
    static @Nullable Object value(@Nullable Object raw) {
        if (raw == null || raw instanceof Integer || raw instanceof Boolean || raw instanceof Long) {
            return raw;
        }
        if (raw instanceof LongString || raw instanceof BigDecimal || raw instanceof Character) {
            return raw.toString();
        }
        if (raw instanceof Map<?, ?> map) {
            Map<String, @Nullable Object> copy = new LinkedHashMap<>();
            map.forEach((key, value) -> copy.put(String.valueOf(key), value(value)));
            return copy;
        }
        if (raw instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>(list.size());
            list.forEach(element -> copy.add(value(element)));
            return copy;
        }
        if (raw instanceof Short || raw instanceof Byte) {
            return ((Number) raw).intValue();
        }
        if (raw instanceof Number number) {
            return number.doubleValue();
        }
        if (raw instanceof byte[] bytes) {
            return Base64.getEncoder().encodeToString(bytes);
        }
        return raw instanceof Date date ? date.toInstant().toString() : raw.toString();
    }

    static int priority(AMQP.BasicProperties properties) {
        Integer priority = properties.getPriority();
        return priority == null ? 0 : Math.max(0, Math.min(OutboundMessage.HIGHEST_PRIORITY, priority));
    }

    /** Deliveries that happened to earlier copies of a rebased message. */
    static int countInHeader(AMQP.BasicProperties properties) {
        return Math.max(0, number(properties, LovageHeaders.DELIVERY_COUNT).orElse(0));
    }

    /** Empty when it has none. */
    static String holdingToken(AMQP.BasicProperties properties) {
        Map<String, Object> headers = properties.getHeaders();
        Object token = headers == null ? null : headers.get(HOLDING_TOKEN);
        return token == null ? "" : token.toString();
    }

    /** Earlier deliveries of this copy, where the queue counts them. */
    static Optional<Integer> countByServer(AMQP.BasicProperties properties) {
        Optional<Integer> acquired = number(properties, ACQUIRED_COUNT);
        return acquired.isPresent() ? acquired : number(properties, DELIVERY_COUNT);
    }

    private static Optional<Integer> number(AMQP.BasicProperties properties, String header) {
        Map<String, Object> headers = properties.getHeaders();
        return headers != null && headers.get(header) instanceof Number number
                ? Optional.of((int) Math.max(-1, Math.min(MOST_COUNTED, number.longValue())))
                : Optional.empty();
    }
}
