package io.lovage.internal.wire;

import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call that travels inside another task's message: a callback, an errback, a step of a chain or the body of a chord.
 * The trees are not changed once they are here.
 *
 * @param options Celery's own names, such as {@code task_id}, {@code queue}, {@code link}
 * @param subtaskType {@code chain}, {@code group}, ... for a nested canvas; empty for a plain task
 * @param immutable whether the parent's result is kept out of the arguments
 * @param others keys that Lovage does not know; written back as they came
 */
public record EmbeddedSignature(
        String task,
        ArrayNode args,
        ObjectNode kwargs,
        ObjectNode options,
        Optional<String> subtaskType,
        boolean immutable,
        ObjectNode others) {}
