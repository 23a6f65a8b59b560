package io.lovage.internal.wire;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * JSON trees as plain Java values: {@code String}, {@code Boolean}, {@code Long} or {@code BigInteger}, {@code Double},
 * unmodifiable {@code List} and {@code Map}, null. Values marked with a Python type become {@code OffsetDateTime} or
 * {@code LocalDateTime} (datetime), {@code LocalDate}, {@code LocalTime} or {@code OffsetTime}, {@code BigDecimal},
 * {@code UUID} and {@code byte[]}; a mark that is not known stays a map.
 */
final class Untyped {
    private Untyped() {}

    static @Nullable Object of(JsonNode node) {
        if (node.isString()) {
            return node.stringValue();
        }
        if (node.isIntegralNumber()) {
            return integer(node);
        }
        if (node instanceof ObjectNode map) {
            Optional<Object> tagged = Tagged.read(map);
            return tagged.isPresent() ? tagged.get() : map(map);
        }
        if (node instanceof ArrayNode array) {
            return list(array);
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        return node.isNumber() ? (Object) node.doubleValue() : null;
    }

    static List<@Nullable Object> list(ArrayNode array) {
        List<@Nullable Object> values = new ArrayList<>(array.size());
        for (JsonNode element : array) {
            values.add(of(element));
        }
        return Collections.unmodifiableList(values);
    }

    /** The entries of a map, which is not looked at for a mark. */
    static Map<String, @Nullable Object> map(ObjectNode map) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            values.put(entry.getKey(), of(entry.getValue()));
        }
        return Collections.unmodifiableMap(values);
    }

    private static Object integer(JsonNode number) {
        if (number.canConvertToLong()) {
            return number.longValue();
        }
        return number.bigIntegerValue();
    }
}
