package io.lovage.internal.wire;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Celery's exception map: {@code exc_type}, {@code exc_message}, {@code exc_module}. */
final class FailureMap {
    private static final String TYPE = "exc_type";
    private static final String MESSAGE = "exc_message";
    private static final String MODULE = "exc_module";

    private FailureMap() {}

    static ObjectNode write(Failure failure) {
        ObjectNode map = Json.NODES.objectNode();
        map.put(TYPE, failure.type());
        ArrayNode arguments = map.putArray(MESSAGE);
        for (Object argument : failure.arguments()) {
            arguments.add(ValueTrees.of("an exception's argument", argument));
        }
        map.put(MODULE, failure.module());
        return map;
    }

    /** Reads what is there; a document without a proper map still tells something. */
    static Failure read(JsonNode result, Optional<String> traceback) {
        if (!(result instanceof ObjectNode map)) {
            List<@Nullable Object> told = new ArrayList<>();
            if (!result.isNull()) {
                told.add(Untyped.of(result));
            }
            return new Failure("Exception", told, "", traceback);
        }
        return new Failure(text(map, TYPE, "Exception"), arguments(map.get(MESSAGE)), text(map, MODULE, ""), traceback);
    }

    private static String text(ObjectNode map, String key, String otherwise) {
        JsonNode node = map.get(key);
        return node != null && node.isString() ? node.stringValue() : otherwise;
    }

    private static List<@Nullable Object> arguments(@Nullable JsonNode node) {
        if (node instanceof ArrayNode list) {
            return Untyped.list(list);
        }
        List<@Nullable Object> one = new ArrayList<>();
        if (node != null && !node.isNull()) {
            one.add(Untyped.of(node));
        }
        return one;
    }
}
