package io.lovage.internal.wire;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** Java values as JSON trees; what Python has no JSON for (times, decimals, UUIDs) as plain text. */
final class ValueTrees {
    private ValueTrees() {}

    /**
     * Writes a value.
     *
     * @param what how the error calls it: {@code argument 'rows'}
     * @throws UnserialisableException when Jackson cannot write it
     */
    static JsonNode of(String what, @Nullable Object value) {
        if (value == null) {
            return Json.NODES.nullNode();
        }
        if (value instanceof String text) {
            return Json.NODES.stringNode(text);
        }
        if (value instanceof Integer number) {
            return Json.NODES.numberNode(number.intValue());
        }
        if (value instanceof Long number) {
            return Json.NODES.numberNode(number.longValue());
        }
        if (value instanceof Double number) {
            return Json.NODES.numberNode(number.doubleValue());
        }
        if (value instanceof Boolean flag) {
            return Json.NODES.booleanNode(flag);
        }
        return value instanceof JsonNode tree ? tree : byJackson(what, value);
    }

    private static JsonNode byJackson(String what, Object value) {
        try {
            return Json.MAPPER.valueToTree(value);
        } catch (JacksonException | IllegalArgumentException refused) {
            throw new UnserialisableException(
                    what + " of type " + value.getClass().getName() + " cannot be written as JSON: "
                            + (refused instanceof JacksonException json
                                    ? json.getOriginalMessage()
                                    : refused.getMessage()),
                    refused);
        }
    }
}
