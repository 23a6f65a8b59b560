package io.lovage.internal.wire;

import io.lovage.Arguments;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Positional and keyword arguments as the JSON trees that travel. The trees are not changed once they are here;
 * thread-safe under that condition.
 */
public record Payload(ArrayNode args, ObjectNode kwargs) {
    /** No arguments. */
    public static final Payload NONE = new Payload(Json.NODES.arrayNode(), Json.NODES.objectNode());

    /** The arguments as plain Java values; see {@link Untyped} for the types. Read anew at each call. */
    public Arguments arguments() {
        return new Arguments(Untyped.list(args), Untyped.map(kwargs));
    }
}
