package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Reads the parts of a body: arguments, signatures, what follows the task. Faults name the part. */
final class BodyReader {
    private static final Set<String> EMBEDDED = Set.of("callbacks", "errbacks", "chain", "chord");
    private static final Set<String> SIGNATURE =
            Set.of("task", "args", "kwargs", "options", "subtask_type", "immutable");

    private BodyReader() {}

    static JsonNode parse(Bytes text) throws WireFault {
        try {
            return Json.parse(text);
        } catch (JacksonException broken) {
            Optional<String> limit = JsonLimits.exceeded(broken);
            if (limit.isPresent()) {
                throw new WireFault("body cannot be read: " + limit.get());
            }
            TokenStreamLocation at = broken.getLocation();
            throw new WireFault("body is not JSON" + (at == null ? "" : ", see byte " + at.getByteOffset()));
        }
    }

    static Payload payload(@Nullable JsonNode args, @Nullable JsonNode kwargs) throws WireFault {
        return new Payload(array("args", args), object("kwargs", kwargs));
    }

    static Embed embed(@Nullable JsonNode node) throws WireFault {
        if (absent(node)) {
            return Embed.NONE;
        }
        ObjectNode map = object("embed", node);
        if (isEmpty(map)) {
            return Embed.NONE;
        }
        return new Embed(
                signatures("embed.callbacks", map.get("callbacks")),
                signatures("embed.errbacks", map.get("errbacks")),
                signatures("embed.chain", map.get("chain")),
                optional("embed.chord", map.get("chord")),
                others(map, EMBEDDED));
    }

    static Optional<EmbeddedSignature> optional(String part, @Nullable JsonNode node) throws WireFault {
        return absent(node) ? Optional.empty() : Optional.of(signature(part, node));
    }

    private static boolean isEmpty(ObjectNode map) {
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (!EMBEDDED.contains(entry.getKey()) || !entry.getValue().isNull()) {
                return false;
            }
        }
        return true;
    }

    static Optional<List<EmbeddedSignature>> signatures(String part, @Nullable JsonNode node) throws WireFault {
        if (absent(node)) {
            return Optional.empty();
        }
        List<EmbeddedSignature> signatures = new ArrayList<>();
        for (JsonNode element : array(part, node)) {
            signatures.add(signature(part, element));
        }
        return Optional.of(signatures);
    }

    private static EmbeddedSignature signature(String part, @Nullable JsonNode node) throws WireFault {
        ObjectNode map = object(part, node);
        return new EmbeddedSignature(
                text(part + ".task", map.get("task")),
                absent(map.get("args")) ? Json.NODES.arrayNode() : array(part + ".args", map.get("args")),
                orEmpty(part + ".kwargs", map.get("kwargs")),
                orEmpty(part + ".options", map.get("options")),
                absent(map.get("subtask_type"))
                        ? Optional.empty()
                        : Optional.of(text(part + ".subtask_type", map.get("subtask_type"))),
                flag(part + ".immutable", map.get("immutable")),
                others(map, SIGNATURE));
    }

    private static ObjectNode others(ObjectNode map, Set<String> known) {
        ObjectNode others = Json.NODES.objectNode();
        for (Map.Entry<String, JsonNode> entry : map.properties()) {
            if (!known.contains(entry.getKey())) {
                others.set(entry.getKey(), entry.getValue());
            }
        }
        return others;
    }

    private static ObjectNode orEmpty(String part, @Nullable JsonNode node) throws WireFault {
        return absent(node) ? Json.NODES.objectNode() : object(part, node);
    }

    private static ArrayNode array(String part, @Nullable JsonNode node) throws WireFault {
        if (node instanceof ArrayNode array) {
            return array;
        }
        throw new WireFault(wrong(part, node, "a list"));
    }

    private static ObjectNode object(String part, @Nullable JsonNode node) throws WireFault {
        if (node instanceof ObjectNode object) {
            return object;
        }
        throw new WireFault(wrong(part, node, "a map"));
    }

    private static String text(String part, @Nullable JsonNode node) throws WireFault {
        if (node != null && node.isString() && !node.stringValue().isEmpty()) {
            return node.stringValue();
        }
        throw new WireFault(wrong(part, node, "a text"));
    }

    private static boolean flag(String part, @Nullable JsonNode node) throws WireFault {
        if (node == null || node.isNull()) {
            return false;
        }
        if (node.isBoolean()) {
            return node.booleanValue();
        }
        throw new WireFault(wrong(part, node, "a boolean"));
    }

    private static boolean absent(@Nullable JsonNode node) {
        return node == null || node.isNull();
    }

    private static String wrong(String part, @Nullable JsonNode node, String expected) {
        if (node == null) {
            return "body: " + part + " is missing";
        }
        return "body: " + part + " is " + (node.isNull() ? "null" : "something else") + ", not " + expected;
    }
}
