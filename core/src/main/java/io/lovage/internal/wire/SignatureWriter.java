package io.lovage.internal.wire;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes what follows a task back into JSON, in Celery's shape. */
final class SignatureWriter {
    private static final ObjectNode NOTHING = write(Embed.NONE);

    private SignatureWriter() {}

    static ObjectNode embed(Embed embed) {
        return embed.equals(Embed.NONE) ? NOTHING : write(embed);
    }

    private static ObjectNode write(Embed embed) {
        ObjectNode map = Json.NODES.objectNode();
        map.set("callbacks", list(embed.callbacks()));
        map.set("errbacks", list(embed.errbacks()));
        map.set("chain", list(embed.chain()));
        map.set("chord", embed.chord().<JsonNode>map(SignatureWriter::signature).orElse(Json.NODES.nullNode()));
        map.setAll(embed.others());
        return map;
    }

    private static JsonNode list(Optional<List<EmbeddedSignature>> signatures) {
        if (signatures.isEmpty()) {
            return Json.NODES.nullNode();
        }
        ArrayNode list = Json.NODES.arrayNode();
        for (EmbeddedSignature signature : signatures.get()) {
            list.add(signature(signature));
        }
        return list;
    }

    static ObjectNode signature(EmbeddedSignature signature) {
        ObjectNode map = Json.NODES.objectNode();
        map.put("task", signature.task());
        map.set("args", signature.args());
        map.set("kwargs", signature.kwargs());
        map.set("options", signature.options());
        map.put("subtask_type", signature.subtaskType().orElse(null));
        map.put("immutable", signature.immutable());
        map.setAll(signature.others());
        return map;
    }
}
