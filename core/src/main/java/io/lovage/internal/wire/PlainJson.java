package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** JSON of messages that are no tasks: events, and remote control with its answers. */
public final class PlainJson {
    private PlainJson() {}

    /** The entries of a JSON object as plain values, see {@link Untyped}; empty when it is none. */
    public static Optional<Map<String, @Nullable Object>> object(Bytes text) {
        try {
            return Json.parse(text) instanceof ObjectNode object ? Optional.of(Untyped.map(object)) : Optional.empty();
        } catch (JacksonException notJson) {
            return Optional.empty();
        }
    }

    /**
     * Writes maps, lists, plain values and JSON trees.
     *
     * @throws UnserialisableException when JSON has no form for something in it
     */
    public static Bytes write(String what, Object value) {
        try {
            JsonNode tree = Json.MAPPER.valueToTree(value);
            return Json.write(what, tree);
        } catch (JacksonException refused) {
            throw new UnserialisableException(what + " cannot be written as JSON: " + Json.reason(refused), refused);
        }
    }

    /** A value as Python would show it, cut at 1024 characters; its class where it cannot be written. */
    public static String repr(@Nullable Object value) {
        try {
            return PythonRepr.of(Json.MAPPER.valueToTree(value));
        } catch (JacksonException unwritable) {
            return value == null ? "None" : "<" + value.getClass().getSimpleName() + ">";
        }
    }

    /** Positional and keyword arguments as Celery shows them to people. */
    public static Shown shown(Payload payload) {
        return new Shown(PythonRepr.tuple(payload.args()), PythonRepr.dict(payload.kwargs()));
    }

    /** Arguments as text. */
    public record Shown(String args, String kwargs) {}
}
