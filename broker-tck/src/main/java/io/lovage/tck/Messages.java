package io.lovage.tck;

import io.lovage.spi.Bytes;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TaskState;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Messages for tests, named by their correlation ids. */
final class Messages {
    private static final String TASK = "tck.task";

    private Messages() {}

    /** A small task message in Celery's protocol, named so. */
    static Message named(String id) {
        return named(
                id,
                Bytes.utf8("[[\"" + id
                        + "\"], {}, {\"callbacks\": null, \"errbacks\": null, \"chain\": null, \"chord\": null}]"));
    }

    static Message named(String id, Bytes body) {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put("lang", "java");
        headers.put("task", TASK);
        headers.put("id", id);
        headers.put("root_id", id);
        headers.put("parent_id", null);
        headers.put("retries", 0);
        return new Message(headers, MessageProperties.json(Optional.of(id), Optional.empty()), body);
    }

    static OutboundMessage to(QueueSpec queue, String id) {
        return OutboundMessage.to(queue.name(), named(id));
    }

    /** {@code <prefix>0}, {@code <prefix>1}, ... */
    static List<String> ids(String prefix, int count) {
        return IntStream.range(0, count).mapToObj(n -> prefix + n).toList();
    }

    static List<OutboundMessage> to(QueueSpec queue, List<String> ids) {
        return ids.stream().map(id -> to(queue, id)).toList();
    }

    static String id(Message message) {
        return message.properties()
                .correlationId()
                .orElseThrow(() -> new AssertionError("a message without a correlation id: " + message));
    }

    static String id(Delivery delivery) {
        return id(delivery.message().message());
    }

    static List<String> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(Messages::id).toList();
    }

    /** A result document as Celery writes it. */
    static String document(String id, TaskState state, String result) {
        return "{\"task_id\": \"" + id + "\", \"status\": \"" + state + "\", \"result\": " + result
                + ", \"traceback\": null, \"children\": []}";
    }
}
