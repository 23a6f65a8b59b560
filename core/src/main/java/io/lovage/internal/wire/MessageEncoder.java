package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;

/**
 * Writes messages of Celery's protocol v2: every header that Celery 5.2 writes, a body of exactly three elements, times
 * with microseconds. Thread-safe.
 */
public final class MessageEncoder {
    private static final List<@Nullable Object> NO_LIMITS =
            Collections.unmodifiableList(Arrays.<@Nullable Object>asList(null, null));

    private final String origin;

    public MessageEncoder(ProcessName process) {
        this.origin = process.origin();
    }

    /**
     * Writes a task.
     *
     * @throws UnserialisableException when an argument is nested more deeply than any reader allows
     * @throws IllegalArgumentException when a user header has a name of the protocol's or is no JSON value, or a time
     *     is beyond the year 9999
     */
    public Message encode(OutgoingTask task) {
        String id = task.id().value();
        Map<String, @Nullable Object> headers = headers(task);
        UserHeaders.addTo(headers, task.userHeaders());
        return Message.owning(headers, MessageProperties.json(Optional.of(id), task.replyTo()), body(task));
    }

    /**
     * A copy for another attempt: same id, body and reply address, its own id as parent, as Celery does it; what counts
     * deliveries or tells of an earlier delay is left out.
     *
     * @param retries how many attempts are used up with this one
     */
    public Message retryOf(TaskMessage task, Message original, int retries, Optional<Instant> eta) {
        if (original.header("task") == null) {
            return encode(currentProtocol(task, retries, eta));
        }
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(original.headers());
        headers.remove(LovageHeaders.DELIVERY_COUNT);
        headers.remove(LovageHeaders.HELD_UNTIL);
        headers.put("retries", retries);
        headers.put("parent_id", task.id().value());
        headers.put("root_id", task.rootId());
        headers.put("eta", eta.map(WireTime::format).orElse(null));
        return new Message(headers, original.properties(), original.body());
    }

    /** A message of protocol v1 goes on as v2. */
    private static OutgoingTask currentProtocol(TaskMessage task, int retries, Optional<Instant> eta) {
        return new OutgoingTask(
                task.id(),
                task.task(),
                task.payload(),
                Optional.of(task.rootId()),
                Optional.of(task.id().value()),
                task.group(),
                task.groupIndex(),
                retries,
                eta,
                task.expires(),
                task.hardTimeLimit(),
                task.softTimeLimit(),
                task.ignoreResult(),
                task.replyTo(),
                Optional.empty(),
                Map.of(),
                task.embed());
    }

    private Map<String, @Nullable Object> headers(OutgoingTask task) {
        String id = task.id().value();
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(32);
        headers.put("lang", "java");
        headers.put("task", task.task());
        headers.put("id", id);
        headers.put("shadow", task.shadow().orElse(null));
        headers.put("eta", task.eta().map(WireTime::format).orElse(null));
        headers.put("expires", task.expires().map(WireTime::format).orElse(null));
        headers.put("group", task.group().orElse(null));
        headers.put(
                "group_index", task.groupIndex().isPresent() ? task.groupIndex().getAsInt() : null);
        headers.put("retries", task.retries());
        headers.put("timelimit", limits(task));
        headers.put("root_id", task.rootId().orElse(id));
        headers.put("parent_id", task.parentId().orElse(null));
        headers.put("argsrepr", PythonRepr.tuple(task.payload().args()));
        headers.put("kwargsrepr", PythonRepr.dict(task.payload().kwargs()));
        headers.put("origin", origin);
        headers.put("ignore_result", task.ignoreResult());
        return headers;
    }

    private static List<@Nullable Object> limits(OutgoingTask task) {
        if (task.hardTimeLimit().isEmpty() && task.softTimeLimit().isEmpty()) {
            return NO_LIMITS;
        }
        return Collections.unmodifiableList(Arrays.asList(
                task.hardTimeLimit().map(WireTime::seconds).orElse(null),
                task.softTimeLimit().map(WireTime::seconds).orElse(null)));
    }

    private static Bytes body(OutgoingTask task) {
        ArrayNode body = Json.NODES.arrayNode(3);
        body.add(task.payload().args());
        body.add(task.payload().kwargs());
        body.add(SignatureWriter.embed(task.embed()));
        return Json.write("task " + task.task(), body);
    }
}
