package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Writes and reads Celery's result documents. Thread-safe. */
public final class ResultCodec {
    private final ResultLayout layout;

    public ResultCodec(ResultLayout layout) {
        this.layout = layout;
    }

    /** It runs on this node, in the process with this number. */
    public StoredResult started(ResultOwner owner, String node, long pid) {
        ObjectNode where = Json.NODES.objectNode();
        where.put("pid", pid);
        where.put("hostname", node);
        return write(document(owner, TaskState.STARTED, where));
    }

    /**
     * It ended with a value.
     *
     * @throws UnserialisableException when the value cannot be written as JSON
     */
    public StoredResult success(ResultOwner owner, @Nullable Object value, Instant done) {
        return write(new ResultDocument(
                owner,
                TaskState.SUCCESS,
                ValueTrees.of("the result", value),
                Optional.empty(),
                Json.NODES.arrayNode(),
                Optional.of(done)));
    }

    /** It ended with an exception. */
    public StoredResult failure(ResultOwner owner, Failure failure, Instant done) {
        return write(failed(owner, TaskState.FAILURE, failure, Optional.of(done)));
    }

    /** It will be tried again because of this. */
    public StoredResult retry(ResultOwner owner, Failure failure) {
        return write(failed(owner, TaskState.RETRY, failure, Optional.empty()));
    }

    /** It will not run, or was stopped: {@code expired}, {@code revoked}, {@code terminated}. */
    public StoredResult revoked(ResultOwner owner, String why, Instant done) {
        return write(failed(owner, TaskState.REVOKED, Failure.revoked(why), Optional.of(done)));
    }

    /**
     * A state of the handler's own, such as PROGRESS.
     *
     * @throws UnserialisableException when the report cannot be written as JSON
     */
    public StoredResult custom(ResultOwner owner, TaskState state, @Nullable Object report) {
        return write(document(owner, state, ValueTrees.of("the report", report)));
    }

    /**
     * Writes a document in this codec's layout.
     *
     * @throws UnserialisableException when no reader would take it
     */
    public StoredResult write(ResultDocument document) {
        ObjectNode map = Json.NODES.objectNode();
        map.put("task_id", document.owner().id().value());
        map.put("status", document.state().name());
        map.set("result", document.result());
        map.put("traceback", document.traceback().orElse(null));
        map.set("children", document.children());
        if (layout == ResultLayout.STORED) {
            map.put("date_done", document.dateDone().map(WireTime::format).orElse(null));
            document.owner().group().ifPresent(group -> map.put("group_id", group));
            document.owner().parentId().ifPresent(parent -> map.put("parent_id", parent));
        }
        Bytes text = Json.write("the result of task " + document.owner().id(), map);
        return new StoredResult(document.owner().id(), document.state(), text);
    }

    /**
     * Reads a document, Lovage's or Python's, of either layout.
     *
     * @throws UnreadableResultException when it is none, or beyond what is read
     */
    public static ResultDocument read(StoredResult stored) {
        JsonNode tree;
        try {
            tree = Json.parse(stored.document());
        } catch (JacksonException broken) {
            throw new UnreadableResultException(JsonLimits.exceeded(broken).orElse("it is not JSON"), broken);
        }
        if (!(tree instanceof ObjectNode map)) {
            throw new UnreadableResultException("it is not a map", null);
        }
        return new ResultDocument(
                new ResultOwner(
                        text(map, "task_id").map(TaskId::new).orElse(stored.id()),
                        text(map, "parent_id"),
                        text(map, "group_id")),
                text(map, "status").map(TaskState::new).orElse(stored.state()),
                orNull(map.get("result")),
                text(map, "traceback"),
                orNull(map.get("children")),
                text(map, "date_done").flatMap(WireTime::instant));
    }

    private static ResultDocument document(ResultOwner owner, TaskState state, JsonNode result) {
        return new ResultDocument(owner, state, result, Optional.empty(), Json.NODES.arrayNode(), Optional.empty());
    }

    private static ResultDocument failed(ResultOwner owner, TaskState state, Failure told, Optional<Instant> dateDone) {
        Failure failure = told.cut();
        return new ResultDocument(
                owner, state, FailureMap.write(failure), failure.trace(), Json.NODES.arrayNode(), dateDone);
    }

    private static Optional<String> text(ObjectNode map, String key) {
        JsonNode node = map.get(key);
        return node != null && node.isString() ? Optional.of(node.stringValue()) : Optional.empty();
    }

    private static JsonNode orNull(@Nullable JsonNode node) {
        return node == null ? Json.NODES.nullNode() : node;
    }
}
