package io.lovage.internal.wire;

import io.lovage.spi.OutboundMessage;
import io.lovage.spi.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call that follows a task: the signature that travelled in its message, with Celery's options read and checked.
 * Immutable.
 *
 * @param id the id that was fixed in advance; whoever waits for it knows it by that
 * @param queue empty for the default queue
 * @param priority 0 to 9
 */
public record Follower(
        EmbeddedSignature signature,
        Optional<TaskId> id,
        Optional<String> queue,
        Optional<String> replyTo,
        Optional<String> group,
        OptionalInt groupIndex,
        int priority,
        Timing timing,
        boolean ignoreResult,
        Optional<String> shadow,
        Map<String, @Nullable Object> headers,
        Embed embed) {
    /** A canvas inside a signature: each of them is more than one message. */
    private static final Set<String> NESTED = Set.of("group", "chain", "chord");

    /** When it may run, and for how long. */
    record Timing(
            Optional<Duration> countdown,
            Optional<Instant> eta,
            Optional<Duration> expiresIn,
            Optional<Instant> expires,
            Fields.Limits limits) {
        Optional<Instant> start(Instant now) {
            return countdown.isPresent() ? countdown.map(now::plus) : eta;
        }

        Optional<Instant> end(Instant now) {
            return expiresIn.isPresent() ? expiresIn.map(now::plus) : expires;
        }
    }

    /**
     * Reads a signature.
     *
     * @throws WireFault saying what cannot be sent from here
     */
    static Follower of(EmbeddedSignature signature) throws WireFault {
        String nested = signature.subtaskType().filter(NESTED::contains).orElse("");
        if (!nested.isEmpty() || NESTED.contains(signature.task().replace("celery.", ""))) {
            throw new WireFault("a nested " + (nested.isEmpty() ? signature.task() : nested));
        }
        ObjectNode map = signature.options();
        Fields options = new Fields("option", Untyped.map(map));
        Embed embed = new Embed(
                BodyReader.signatures("option link", listed(map.get("link"))),
                BodyReader.signatures("option link_error", listed(map.get("link_error"))),
                BodyReader.signatures("option chain", listed(map.get("chain"))),
                BodyReader.optional("option chord", map.get("chord")),
                Json.NODES.objectNode());
        return new Follower(
                signature,
                id(options),
                options.text("queue").filter(queue -> !queue.isEmpty()),
                options.text("reply_to").filter(address -> !address.isEmpty()),
                options.text("group_id"),
                options.count("group_index"),
                Math.min(options.count("priority").orElse(0), OutboundMessage.HIGHEST_PRIORITY),
                timing(options),
                options.flag("ignore_result"),
                options.text("shadow"),
                headers(map.get("headers")),
                embed);
    }

    private static Optional<TaskId> id(Fields options) throws WireFault {
        Optional<String> id = options.text("task_id");
        try {
            return id.map(TaskId::new);
        } catch (IllegalArgumentException refused) {
            throw new WireFault("option task_id is not allowed: " + refused.getMessage());
        }
    }

    private static Timing timing(Fields options) throws WireFault {
        boolean relative = options.values().get("expires") instanceof Number;
        return new Timing(
                options.seconds("countdown"),
                options.time("eta"),
                relative ? options.seconds("expires") : Optional.empty(),
                relative ? Optional.empty() : options.time("expires"),
                new Fields.Limits(options.seconds("time_limit"), options.seconds("soft_time_limit")));
    }

    /** Celery takes one signature for a list of one. */
    private static @Nullable JsonNode listed(@Nullable JsonNode node) {
        if (node instanceof ObjectNode one) {
            ArrayNode list = Json.NODES.arrayNode(1);
            list.add(one);
            return list;
        }
        return node;
    }

    private static Map<String, @Nullable Object> headers(@Nullable JsonNode node) throws WireFault {
        if (!(node instanceof ObjectNode map)) {
            return Map.of();
        }
        try {
            return UserHeaders.ownOnly(Untyped.map(map));
        } catch (IllegalArgumentException refused) {
            throw new WireFault("option headers: " + refused.getMessage());
        }
    }

    /** With these steps after it, instead of what its options say. */
    public Follower before(List<EmbeddedSignature> steps) {
        return new Follower(
                signature,
                id,
                queue,
                replyTo,
                group,
                groupIndex,
                priority,
                timing,
                ignoreResult,
                shadow,
                headers,
                new Embed(embed.callbacks(), embed.errbacks(), Optional.of(steps), embed.chord(), embed.others()));
    }

    /** When it may start. */
    public Optional<Instant> start(Instant now) {
        return timing.start(now);
    }

    /**
     * The call as it is sent.
     *
     * @param parent the task it follows
     * @param taskId its own id
     * @param leading what comes before its own arguments, unless it is immutable
     */
    public OutgoingTask after(TaskMessage parent, TaskId taskId, JsonNode leading, Instant now) {
        return new OutgoingTask(
                taskId,
                signature.task(),
                payload(leading),
                Optional.of(parent.rootId()),
                Optional.of(parent.id().value()),
                group,
                groupIndex,
                0,
                timing.start(now),
                timing.end(now),
                timing.limits.hard(),
                timing.limits.soft(),
                ignoreResult,
                replyTo,
                shadow,
                headers,
                embed);
    }

    private Payload payload(JsonNode leading) {
        if (signature.immutable()) {
            return new Payload(signature.args(), signature.kwargs());
        }
        ArrayNode args = Json.NODES.arrayNode(signature.args().size() + 1);
        args.add(leading);
        args.addAll(signature.args());
        return new Payload(args, signature.kwargs());
    }
}
