package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/**
 * What a member of a chord has come to, as Celery's workers leave it for each other: {@code [1, id, state, result]}.
 * Immutable.
 */
public record ChordPart(String id, TaskState state, JsonNode result) {
    private static final int FIELDS = 4;

    /** Of a task that has ended. */
    public static ChordPart of(TaskId id, ResultDocument ended) {
        return new ChordPart(id.value(), ended.state(), ended.result());
    }

    /** The same text each time: who adds it twice has added it once. */
    public Bytes write() {
        ArrayNode part = Json.NODES.arrayNode(FIELDS);
        part.add(1);
        part.add(id);
        part.add(state.name());
        part.add(result);
        return Json.write("what task " + id + " leaves for its chord", part);
    }

    /** Reads one, whoever wrote it; empty when it is none. */
    public static Optional<ChordPart> read(Bytes text) {
        try {
            JsonNode part = Json.parse(text);
            return part instanceof ArrayNode fields
                            && fields.size() == FIELDS
                            && fields.get(1).isString()
                            && fields.get(2).isString()
                            && !fields.get(2).stringValue().isBlank()
                    ? Optional.of(new ChordPart(
                            fields.get(1).stringValue(),
                            new TaskState(fields.get(2).stringValue()),
                            fields.get(3)))
                    : Optional.empty();
        } catch (JacksonException broken) {
            return Optional.empty();
        }
    }

    /** What the chord's body is given: the values in the order of the members. */
    public static JsonNode values(List<ChordPart> parts) {
        ArrayNode values = Json.NODES.arrayNode(parts.size());
        for (ChordPart part : parts) {
            values.add(part.result);
        }
        return values;
    }

    /** Why the chord's body cannot run, in Celery's words. */
    public Failure failure() {
        Failure own = FailureMap.read(result, Optional.empty());
        ArrayNode arguments = Json.NODES.arrayNode();
        own.arguments().forEach(argument -> arguments.add(ValueTrees.of("an exception's argument", argument)));
        String repr = PythonRepr.tuple(arguments).replaceFirst(",\\)$", ")");
        return new Failure(
                "ChordError",
                List.of("Dependency " + id + " raised " + own.type() + repr),
                "celery.exceptions",
                Optional.empty());
    }

    public boolean failed() {
        return !state.equals(TaskState.SUCCESS);
    }
}
