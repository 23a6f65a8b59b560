package io.lovage.internal.worker;

import io.lovage.internal.client.Playground;
import io.lovage.internal.wire.PlainJson;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody who asks workers and watches their events, as Celery's command line does. */
final class Operator {
    private static final JsonMapper JSON = new JsonMapper();

    private final Broadcasts.Target.Asker address = Broadcasts.Target.Asker.random();
    private final List<Message> answers = new CopyOnWriteArrayList<>();
    private final List<Message> events = new CopyOnWriteArrayList<>();
    private final Broadcasts broadcasts;
    private final Playground playground;

    Operator(Playground playground) {
        this.playground = playground;
        this.broadcasts = playground.broker().broadcasts().orElseThrow();
        broadcasts.listen(new Broadcasts.Source.Answers(address), answers::add);
        broadcasts.listen(new Broadcasts.Source.Events(""), events::add);
    }

    /** Asks all nodes and waits for one answer. */
    JsonNode ask(String method, Map<String, ?> arguments) {
        int before = answers.size();
        send(method, arguments, Map.of());
        Playground.waitUntil(() -> answers.size() > before);
        return json(answers.get(before).body());
    }

    Message lastAnswer() {
        return answers.get(answers.size() - 1);
    }

    int answers() {
        return answers.size();
    }

    /** Sends as kombu does; {@code more} replaces parts of the message. */
    void send(String method, Map<String, ?> arguments, Map<String, ? extends @Nullable Object> more) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("method", method);
        body.put("arguments", arguments);
        body.put("destination", null);
        body.put("pattern", null);
        body.put("matcher", null);
        body.put("ticket", "ticket-of-" + method);
        body.put("reply_to", Map.of("exchange", address.exchange(), "routing_key", address.routingKey()));
        body.putAll(more);
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put("clock", 41);
        headers.put("expires", expiryIn(1));
        send(headers, PlainJson.write("a question", body));
    }

    double expiryIn(long seconds) {
        return playground.clock.now().getEpochSecond() + seconds;
    }

    void send(Map<String, @Nullable Object> headers, Bytes body) {
        broadcasts.send(
                new Broadcasts.Target.EveryNode(),
                new Message(headers, MessageProperties.json(Optional.empty(), Optional.empty()), body));
    }

    /** All events so far, those that came together one by one. */
    List<JsonNode> events() {
        List<JsonNode> all = new ArrayList<>();
        for (Message event : events) {
            JsonNode body = json(event.body());
            if (body.isArray()) {
                body.forEach(all::add);
            } else {
                all.add(body);
            }
        }
        return all;
    }

    List<String> types() {
        return events().stream().map(event -> event.get("type").asString()).toList();
    }

    /** Those of tasks, in the order of the logical clock. */
    Stream<JsonNode> ofTasks() {
        return events().stream().filter(event -> event.get("type").asString().startsWith("task-"));
    }

    List<Message> eventMessages() {
        return events;
    }

    static JsonNode json(Bytes text) {
        return JSON.readTree(text.toArray());
    }
}
