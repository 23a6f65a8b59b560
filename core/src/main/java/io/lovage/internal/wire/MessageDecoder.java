package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Message;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads messages of Celery's protocol v2, and v1 of old producers. Every input gives an answer: what is wrong in any
 * way is {@link Decoded.Unreadable}, never an exception (rule R10.6). Thread-safe.
 */
public final class MessageDecoder {
    private static final int LARGEST_INFLATED = 128 << 20;
    private static final int BODY_PARTS = 3;

    private final BodyBytes bodies;

    public MessageDecoder() {
        this(LARGEST_INFLATED);
    }

    /**
     * Reads messages whose compressed bodies keep within a size.
     *
     * @param largestInflatedBytes what a compressed body may grow to
     */
    public MessageDecoder(int largestInflatedBytes) {
        this.bodies = new BodyBytes(largestInflatedBytes);
    }

    public Decoded decode(InboundMessage inbound) {
        Message message = inbound.message();
        if (inbound.defect().isPresent()) {
            return new Decoded.Unreadable(
                    inbound.defect().get(), ref(message, message.headers().get("id")));
        }
        return message.header("task") != null ? current(message) : old(message);
    }

    private Decoded current(Message message) {
        try {
            Fields headers = new Fields("header", message.headers());
            String task = headers.required("task");
            TaskId id = id(headers);
            JsonNode body = BodyReader.parse(bodies.json(message));
            if (!(body instanceof ArrayNode parts)) {
                throw new WireFault("body is not the list [args, kwargs, embed]");
            }
            if (parts.size() != BODY_PARTS) {
                throw new WireFault("body has " + parts.size() + " elements, not [args, kwargs, embed]");
            }
            Payload payload = BodyReader.payload(parts.get(0), parts.get(1));
            return task(message, headers, new Call(id, task, payload, BodyReader.embed(parts.get(2))));
        } catch (WireFault fault) {
            return new Decoded.Unreadable(
                    reason(fault), ref(message, message.headers().get("id")));
        }
    }

    /** Protocol v1: everything is in the body, the headers are empty. */
    private Decoded old(Message message) {
        ObjectNode body;
        try {
            body = oldBody(bodies.json(message));
        } catch (WireFault fault) {
            return new Decoded.Unreadable(
                    reason(fault), ref(message, message.headers().get("id")));
        }
        Map<String, @Nullable Object> values = Untyped.map(body);
        try {
            Fields fields = new Fields("body field", values);
            String task = fields.required("task");
            TaskId id = id(fields);
            Payload payload = BodyReader.payload(body.get("args"), body.get("kwargs"));
            ObjectNode embed = Json.NODES.objectNode();
            for (String key : new String[] {"callbacks", "errbacks", "chord"}) {
                embed.set(key, body.get(key) == null ? Json.NODES.nullNode() : body.get(key));
            }
            return task(message, fields, new Call(id, task, payload, BodyReader.embed(embed)));
        } catch (WireFault fault) {
            return new Decoded.Unreadable(reason(fault), ref(message, values.get("id")));
        }
    }

    private static ObjectNode oldBody(Bytes text) throws WireFault {
        JsonNode body = BodyReader.parse(text);
        if (body instanceof ObjectNode map && map.has("task")) {
            return map;
        }
        throw new WireFault("header task is missing: not a message of Celery's protocol");
    }

    private static Decoded task(Message message, Fields fields, Call call) throws WireFault {
        Fields.Limits limits = fields.limits("timelimit");
        Optional<String> root = fields.text("root_id");
        return new Decoded.Received(new TaskMessage(
                call.id,
                call.task,
                root.orElse(call.id.value()),
                fields.text("parent_id"),
                fields.text("group"),
                fields.count("group_index"),
                fields.count("retries").orElse(0),
                fields.time("eta"),
                fields.time("expires"),
                limits.hard(),
                limits.soft(),
                fields.flag("ignore_result"),
                replyTo(message),
                correlation(message).orElse(call.id.value()),
                message.headers(),
                call.payload,
                call.embed));
    }

    private static TaskId id(Fields fields) throws WireFault {
        String id = fields.required("id");
        try {
            return new TaskId(id);
        } catch (IllegalArgumentException refused) {
            throw new WireFault(fields.where() + " id is not allowed: " + refused.getMessage());
        }
    }

    /** As much as is known of a task that cannot be read, so that its waiters can be told. */
    private static Optional<TaskRef> ref(Message message, @Nullable Object id) {
        if (!(id instanceof String text)) {
            return Optional.empty();
        }
        try {
            return Optional.of(new TaskRef(
                    new TaskId(text), replyTo(message), correlation(message).orElse(text)));
        } catch (IllegalArgumentException notAnId) {
            return Optional.empty();
        }
    }

    private static Optional<String> replyTo(Message message) {
        return message.properties().replyTo().filter(address -> !address.isEmpty());
    }

    private static Optional<String> correlation(Message message) {
        return message.properties().correlationId().filter(correlation -> !correlation.isEmpty());
    }

    private static String reason(WireFault fault) {
        return String.valueOf(fault.getMessage());
    }

    /** What both protocols have found before the descriptive fields are read. */
    private record Call(TaskId id, String task, Payload payload, Embed embed) {}
}
