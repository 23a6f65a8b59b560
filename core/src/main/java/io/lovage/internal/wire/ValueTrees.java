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
        } catch (JacksonException refused) {
            throw unserialisable(what, value, Json.reason(refused), refused);
        } catch (IllegalArgumentException refused) {
            throw unserialisable(what, value, String.valueOf(refused.getMessage()), refused);
        } catch (StackOverflowError endless) { // how Jackson meets a list or map that contains itself
            throw unserialisable(what, value, "it is nested too deeply or contains itself", endless);
        }
    }

    private static UnserialisableException unserialisable(String what, Object value, String why, Throwable cause) {
        return new UnserialisableException(
                what + " of type " + value.getClass().getName() + " cannot be written as JSON: " + why, cause);
    }
}
