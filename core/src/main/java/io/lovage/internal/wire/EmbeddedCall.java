package io.lovage.internal.wire;

import io.lovage.SendOptions;
import io.lovage.spi.TaskId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of this process's own that shall follow another one, written as Celery writes it: with the names of the
 * options of {@code apply_async}, which any worker understands that sends it later. Immutable.
 *
 * @param queue named always: the worker that sends it may have another default queue
 * @param replyTo the reply address of the client; empty when it wants no reply
 */
public record EmbeddedCall(
        TaskId id,
        String task,
        Payload payload,
        String queue,
        Optional<String> replyTo,
        SendOptions options,
        List<EmbeddedCall> links,
        List<EmbeddedCall> errorLinks) {

    /** What follows a task in this way. */
    public static Embed embed(List<EmbeddedCall> links, List<EmbeddedCall> errorLinks) {
        return links.isEmpty() && errorLinks.isEmpty()
                ? Embed.NONE
                : new Embed(
                        signatures(links),
                        signatures(errorLinks),
                        Optional.empty(),
                        Optional.empty(),
                        Json.NODES.objectNode());
    }

    private static Optional<List<EmbeddedSignature>> signatures(List<EmbeddedCall> calls) {
        return calls.isEmpty()
                ? Optional.empty()
                : Optional.of(calls.stream().map(EmbeddedCall::signature).toList());
    }

    private EmbeddedSignature signature() {
        return new EmbeddedSignature(
                task,
                payload.args(),
                payload.kwargs(),
                written(),
                Optional.empty(),
                options.followers().immutable(),
                Json.NODES.objectNode());
    }

    private ObjectNode written() {
        ObjectNode map = Json.NODES.objectNode();
        map.put("task_id", id.value());
        map.put("queue", queue);
        replyTo.ifPresent(address -> map.put("reply_to", address));
        options.start().ifPresent(start -> put(map, "countdown", "eta", start));
        // as a number only: Celery 5.2 breaks its own task over a text here
        options.expiry()
                .filter(SendOptions.After.class::isInstance)
                .ifPresent(expiry -> put(map, "expires", "", expiry));
        options.hardTimeLimit()
                .ifPresent(limit -> map.set("time_limit", ValueTrees.of("limit", WireTime.seconds(limit))));
        options.softTimeLimit()
                .ifPresent(limit -> map.set("soft_time_limit", ValueTrees.of("limit", WireTime.seconds(limit))));
        if (options.ignoreResult()) {
            map.put("ignore_result", true);
        }
        if (options.compressed()) {
            map.put("compression", "zlib");
        }
        headers().ifPresent(headers -> map.set("headers", ValueTrees.of("headers", headers)));
        put(map, "link", links);
        put(map, "link_error", errorLinks);
        return map;
    }

    private static void put(ObjectNode map, String after, String at, SendOptions.Moment moment) {
        if (moment instanceof SendOptions.After relative) {
            map.set(after, ValueTrees.of(after, WireTime.seconds(relative.duration())));
        } else {
            map.put(at, WireTime.format(((SendOptions.At) moment).instant()));
        }
    }

    private Optional<Map<String, @Nullable Object>> headers() {
        if (options.headers().isEmpty()) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> checked = new LinkedHashMap<>();
        UserHeaders.addTo(checked, options.headers());
        return Optional.of(checked);
    }

    private static void put(ObjectNode map, String name, List<EmbeddedCall> calls) {
        if (calls.isEmpty()) {
            return;
        }
        ArrayNode list = Json.NODES.arrayNode(calls.size());
        List<ObjectNode> trees = new ArrayList<>();
        calls.forEach(call -> trees.add(SignatureWriter.signature(call.signature())));
        list.addAll(trees);
        map.set(name, list);
    }
}
