package io.lovage.internal.wire;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.Optional;
import java.util.UUID;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Values that kombu 5.3 and later mark with their Python type: {@code {"__type__": "decimal", "__value__": "1.50"}}. An
 * unknown or broken mark is no error: the map stays a map.
 */
final class Tagged {
    private static final String TYPE = "__type__";
    private static final String VALUE = "__value__";
    private static final int HEX_DIGITS = 32;
    private static final int HALF = 16;
    private static final int RADIX = 16;

    private Tagged() {}

    /** The Java value of a marked map; empty when it is not marked. */
    static Optional<Object> read(ObjectNode map) {
        if (map.size() != 2) {
            return Optional.empty();
        }
        JsonNode type = map.get(TYPE);
        JsonNode value = map.get(VALUE);
        if (type == null || value == null || !type.isString()) {
            return Optional.empty();
        }
        try {
            return decode(type.stringValue(), value.isObject() ? value.path("hex") : value);
        } catch (DateTimeException | IllegalArgumentException broken) {
            return Optional.empty();
        }
    }

    private static Optional<Object> decode(String type, JsonNode value) {
        if (!value.isString()) {
            return Optional.empty();
        }
        String text = value.stringValue();
        return switch (type) {
            case "datetime" ->
                WireTime.read(text)
                        .filter(time -> time instanceof OffsetDateTime || time instanceof LocalDateTime)
                        .map(Object.class::cast);
            case "date" -> Optional.of(LocalDate.parse(text));
            case "time" -> Optional.of(DateTimeFormatter.ISO_TIME.parseBest(text, OffsetTime::from, LocalTime::from));
            case "decimal" -> Optional.of(new BigDecimal(text));
            case "uuid" -> Optional.of(uuid(text));
            case "bytes" -> Optional.of(text.getBytes(StandardCharsets.UTF_8));
            case "base64" -> Optional.of(Base64.getDecoder().decode(text));
            default -> Optional.empty();
        };
    }

    private static UUID uuid(String hex) {
        if (hex.length() != HEX_DIGITS) {
            throw new IllegalArgumentException("not 32 hexadecimal digits");
        }
        return new UUID(
                Long.parseUnsignedLong(hex, 0, HALF, RADIX), Long.parseUnsignedLong(hex, HALF, HEX_DIGITS, RADIX));
    }
}
