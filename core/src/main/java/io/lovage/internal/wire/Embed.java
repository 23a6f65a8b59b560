package io.lovage.internal.wire;

import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * The third element of a message's body: what is to be sent once the task has ended. An empty optional is JSON's null;
 * Celery tells it from an empty list.
 *
 * @param callbacks sent after success
 * @param errbacks sent after failure
 * @param chain the steps still to come, stored reversed: the next one is the last element
 * @param chord the body of the chord this task is a member of
 * @param others keys that Lovage does not know; written back as they came
 */
public record Embed(
        Optional<List<EmbeddedSignature>> callbacks,
        Optional<List<EmbeddedSignature>> errbacks,
        Optional<List<EmbeddedSignature>> chain,
        Optional<EmbeddedSignature> chord,
        ObjectNode others) {
    /** Nothing follows. */
    public static final Embed NONE = new Embed(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            JsonNodeFactory.instance.objectNode());

    /** Whether anything is to be done once the task has ended. */
    public boolean isEmpty() {
        return callbacks.filter(list -> !list.isEmpty()).isEmpty()
                && errbacks.filter(list -> !list.isEmpty()).isEmpty()
                && chain.filter(list -> !list.isEmpty()).isEmpty()
                && chord.isEmpty();
    }

    public Embed {
        callbacks = callbacks.map(List::copyOf);
        errbacks = errbacks.map(List::copyOf);
        chain = chain.map(List::copyOf);
    }
}
