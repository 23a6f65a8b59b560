package io.lovage.envelope;

import io.lovage.spi.Bytes;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.io.SerializedString;

/**
 * A message as one piece of bytes: kombu's envelope, which is JSON with the body in base64. For brokers whose messages
 * have no headers and properties of their own, or lose them on some way (source: kombu's {@code virtual.Message} and
 * its transports). Immutable.
 *
 * @param message what was read; with a defect, as much of it as could be
 * @param priority as kombu counts it, 0 to 9, where the smallest is first
 * @param defect why it could not be read; empty when it could
 */
public record Envelope(Message message, int priority, Optional<String> defect) {
    private static final int PERSISTENT = 2;
    private static final int TRANSIENT = 1;
    private static final int AROUND_THE_BODY = 1_024;
    /** So much a generator gathers at least before it hands on. */
    private static final int GATHERED = 4_000;

    private static final String BASE64 = "base64";

    private record Address(String exchange, String routingKey) {}

    /** What stands around a body. */
    private static final class Parts {
        private Map<String, @Nullable Object> headers = new LinkedHashMap<>(0);
        private Map<String, @Nullable Object> properties = Map.of();
        private Optional<String> contentType = Optional.empty();
        private Optional<String> contentEncoding = Optional.empty();
        private @Nullable String body;
    }

    /**
     * Writes a message.
     *
     * @param routingKey the queue it goes to, or the address of a reply
     * @param priority as kombu counts it
     */
    public static byte[] write(Message message, String routingKey, int priority) {
        return write(message, "", routingKey, priority);
    }

    /** The same for what goes through an exchange of kombu's: broadcasts and answers to them. */
    public static byte[] write(Message message, String exchange, String routingKey, int priority) {
        MessageProperties given = message.properties();
        byte[] body = Base64.getEncoder().encode(message.body().toArray());
        Buffer buffer = new Buffer(AROUND_THE_BODY + body.length);
        try (JsonGenerator out = JsonText.FACTORY.createGenerator(ObjectWriteContext.empty(), buffer)) {
            out.writeStartObject();
            out.writeName(Names.BODY);
            out.writeRawUTF8String(body, 0, body.length); // base64 needs no escapes
            text(out, Names.CONTENT_ENCODING, given.contentEncoding());
            text(out, Names.CONTENT_TYPE, given.contentType());
            out.writeName(Names.HEADERS);
            JsonText.write(out, message.headers());
            out.writeName(Names.PROPERTIES);
            writeProperties(out, given, new Address(exchange, routingKey), priority);
            out.writeEndObject();
        }
        return buffer.exact();
    }

    private static void writeProperties(JsonGenerator out, MessageProperties given, Address to, int priority) {
        out.writeStartObject();
        text(out, Names.CORRELATION_ID, given.correlationId());
        text(out, Names.REPLY_TO, given.replyTo());
        out.writeName(Names.DELIVERY_MODE);
        out.writeNumber(given.persistent() ? PERSISTENT : TRANSIENT);
        out.writeName(Names.DELIVERY_INFO);
        out.writeStartObject();
        text(out, Names.EXCHANGE, to.exchange());
        text(out, Names.ROUTING_KEY, to.routingKey());
        out.writeEndObject();
        out.writeName(Names.PRIORITY);
        out.writeNumber(priority);
        text(out, Names.BODY_ENCODING, BASE64);
        text(out, Names.DELIVERY_TAG, newTag());
        out.writeEndObject();
    }

    /**
     * Gives its bytes away without a copy when they fill it. A generator hands over what it has gathered, and that is
     * all of a small envelope: what comes first decides the size.
     */
    private static final class Buffer extends ByteArrayOutputStream {
        private final int expected;

        Buffer(int expected) {
            super(0);
            this.expected = expected;
        }

        @Override
        public synchronized void write(byte[] some, int offset, int length) {
            if (count == 0) {
                buf = new byte[expected > GATHERED ? expected + length : length];
            }
            super.write(some, offset, length);
        }

        byte[] exact() {
            return count == buf.length ? buf : toByteArray();
        }
    }

    private static void text(JsonGenerator out, SerializedString name, Optional<String> value) {
        if (value.isPresent()) {
            text(out, name, value.get());
        }
    }

    private static void text(JsonGenerator out, SerializedString name, String value) {
        out.writeName(name);
        out.writeString(value);
    }

    /** A UUID that needs to be unique, not secret. */
    private static String newTag() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }

    /** Reads an envelope, whoever wrote it. What is wrong with it is told by {@link #defect}; nothing is thrown. */
    public static Envelope read(byte[] raw) {
        Parts parts = new Parts();
        try (JsonParser parser = JsonText.parser(raw)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return unreadable(raw, "what lies in the queue is not a JSON object");
            }
            readInto(parts, parser);
            if (parser.nextToken() != null) {
                return unreadable(raw, "something follows the JSON object in what lies in the queue");
            }
        } catch (JacksonException e) {
            return unreadable(raw, "what lies in the queue is not JSON" + place(e));
        }
        return of(parts);
    }

    /** Not the words of the parser: they quote what was sent, which must not be in a log (rule R12.3). */
    private static String place(JacksonException broken) {
        TokenStreamLocation at = broken.getLocation();
        return at == null ? "" : ", see byte " + at.getByteOffset();
    }

    private static void readInto(Parts parts, JsonParser parser) {
        while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String name = parser.currentName();
            JsonToken value = parser.nextToken();
            switch (name) {
                case "body" -> parts.body = value == JsonToken.VALUE_STRING ? parser.getString() : skipped(parser);
                case "content-type" -> parts.contentType = textOf(JsonText.value(parser));
                case "content-encoding" -> parts.contentEncoding = textOf(JsonText.value(parser));
                case "headers" -> parts.headers = object(parser);
                case "properties" -> parts.properties = object(parser);
                default -> skipped(parser);
            }
        }
    }

    private static @Nullable String skipped(JsonParser parser) {
        parser.skipChildren();
        return null;
    }

    private static Map<String, @Nullable Object> object(JsonParser parser) {
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            return JsonText.object(parser);
        }
        parser.skipChildren();
        return new LinkedHashMap<>(0);
    }

    private static Envelope of(Parts parts) {
        Map<String, @Nullable Object> properties = parts.properties;
        MessageProperties read = new MessageProperties(
                parts.contentType,
                parts.contentEncoding,
                textOf(properties.get("correlation_id")),
                textOf(properties.get("reply_to")),
                !(properties.get("delivery_mode") instanceof Number mode) || mode.intValue() == PERSISTENT);
        int priority = properties.get("priority") instanceof Number number
                ? Math.max(0, Math.min(OutboundMessage.HIGHEST_PRIORITY, number.intValue()))
                : 0;
        String text = parts.body;
        if (text == null) {
            return defective(parts, read, "the envelope has no body");
        }
        Bytes body;
        try {
            body = BASE64.equals(properties.get("body_encoding"))
                    ? Bytes.wrap(Base64.getDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1)))
                    : Bytes.utf8(text);
        } catch (IllegalArgumentException e) {
            return defective(parts, read, "the body in the envelope is not base64: " + e.getMessage());
        }
        return new Envelope(Message.owning(parts.headers, read, body), priority, deliveryInfo(properties));
    }

    /** Without it a Python worker loses the message and ends; nothing that runs may depend on who takes it. */
    private static Optional<String> deliveryInfo(Map<String, @Nullable Object> properties) {
        return properties.get("delivery_info") instanceof Map<?, ?> info
                        && info.get("exchange") instanceof String
                        && info.get("routing_key") instanceof String
                ? Optional.empty()
                : Optional.of("the envelope has no properties.delivery_info with exchange and routing_key");
    }

    private static Envelope defective(Parts parts, MessageProperties properties, String why) {
        String text = parts.body;
        Bytes body = text == null ? Bytes.empty() : Bytes.utf8(text);
        return new Envelope(Message.owning(parts.headers, properties, body), 0, Optional.of(why));
    }

    /** All of it becomes the body, so that nothing of it is lost. */
    private static Envelope unreadable(byte[] raw, String why) {
        MessageProperties unknown =
                new MessageProperties(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty(), true);
        return new Envelope(new Message(new LinkedHashMap<>(), unknown, Bytes.copyOf(raw)), 0, Optional.of(why));
    }

    private static Optional<String> textOf(@Nullable Object value) {
        return value instanceof String text ? Optional.of(text) : Optional.empty();
    }

    /** Deliveries that happened to earlier copies of a rebased message. */
    public int countInHeader() {
        return message.header(LovageHeaders.DELIVERY_COUNT) instanceof Number number
                ? Math.max(0, number.intValue())
                : 0;
    }
}
