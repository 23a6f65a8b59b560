package io.lovage.internal.wire;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAccessor;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.deser.std.DelegatingDeserializer;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/**
 * Reads one scalar type in the forms of all kombu versions: marked with its type, or as plain text with Python's habits
 * (no offset means UTC, a date is its midnight). What it does not know is left to Jackson.
 */
final class PythonScalar extends DelegatingDeserializer {
    private final Class<?> target;

    PythonScalar(Class<?> target, ValueDeserializer<?> standard) {
        super(standard);
        this.target = target;
    }

    @Override
    protected ValueDeserializer<?> newDelegatingInstance(ValueDeserializer<?> standard) {
        return new PythonScalar(target, standard);
    }

    @Override
    public @Nullable Object deserialize(JsonParser parser, DeserializationContext context) {
        if (parser.hasToken(JsonToken.VALUE_STRING) && target != String.class) {
            Object time = time(parser.getString(), context);
            return time != null ? time : super.deserialize(parser, context);
        }
        return parser.hasToken(JsonToken.START_OBJECT) ? marked(parser, context) : super.deserialize(parser, context);
    }

    private @Nullable Object marked(JsonParser parser, DeserializationContext context) {
        JsonNode tree = context.readTree(parser);
        Optional<Object> value = tree instanceof ObjectNode map ? Tagged.read(map) : Optional.empty();
        if (value.isEmpty()) {
            return again(tree, context);
        }
        Object found = value.get();
        if (target.isInstance(found)) {
            return found;
        }
        return again(StringNode.valueOf(found instanceof byte[] bytes ? text(bytes) : found.toString()), context);
    }

    private @Nullable Object again(JsonNode tree, DeserializationContext context) {
        try (JsonParser parser = tree.traverse(context)) {
            parser.nextToken();
            if (parser.hasToken(JsonToken.START_OBJECT)) {
                return super.deserialize(parser, context);
            }
            return deserialize(parser, context);
        }
    }

    /** The text of bytes that are text, as Python sends them; other bytes in base64. */
    private static String text(byte[] bytes) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        return text.indexOf('\uFFFD') < 0 ? text : Base64.getEncoder().encodeToString(bytes);
    }

    /** Null for what is no such text or not this class's business. */
    private @Nullable Object time(String text, DeserializationContext context) {
        if (target == LocalTime.class || !TemporalAccessor.class.isAssignableFrom(target)) {
            return null;
        }
        TemporalAccessor read = WireTime.read(text).orElse(null);
        if (read instanceof LocalDateTime plain) {
            return local(plain, plain.atOffset(ZoneOffset.UTC), context);
        }
        if (read instanceof OffsetDateTime zoned) {
            boolean utc = zoned.getOffset().equals(ZoneOffset.UTC);
            return local(utc ? zoned.toLocalDateTime() : null, zoned, context);
        }
        return target.isInstance(read) ? read : null;
    }

    /** A local type takes no time whose offset or hour it would have to drop; Jackson would drop them. */
    private @Nullable Object local(
            @Nullable LocalDateTime plain, OffsetDateTime zoned, DeserializationContext context) {
        if (target == LocalDateTime.class && plain != null) {
            return plain;
        }
        if (target == LocalDate.class && plain != null && plain.toLocalTime().equals(LocalTime.MIDNIGHT)) {
            return plain.toLocalDate();
        }
        if (target == LocalDate.class || target == LocalDateTime.class) {
            throw context.weirdStringException(zoned.toString(), target, "it says more than this type can hold");
        }
        return instant(zoned);
    }

    private @Nullable Object instant(OffsetDateTime zoned) {
        if (target == Instant.class) {
            return zoned.toInstant();
        }
        if (target == OffsetDateTime.class) {
            return zoned;
        }
        return target == ZonedDateTime.class ? zoned.toZonedDateTime() : null;
    }
}
