package io.lovage.internal.control;

import io.lovage.internal.wire.PlainJson;
import io.lovage.internal.wire.ProcessName;
import io.lovage.internal.wire.TaskMessage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What asks and changes nothing: ping, active, reserved, scheduled, registered, active_queues, query_task. */
final class Inspection {
    /** Larger arguments are shown as text, which is cut: an answer must not be larger than what a broker takes. */
    private static final int LARGEST_ARGUMENTS = 8_192;

    private final ControlledWorker worker;
    private final NodeName node;
    private final ProcessName process;

    Inspection(ControlledWorker worker, NodeName node, ProcessName process) {
        this.worker = worker;
        this.node = node;
        this.process = process;
    }

    Map<String, Command> commands() {
        Map<String, Command> commands = new LinkedHashMap<>();
        commands.put("ping", given -> Answers.ok("pong"));
        Command active = given -> requests(worker.active(), given.flag("safe"));
        Command reserved = given -> requests(worker.reserved(), given.flag("safe"));
        Command registered = given -> worker.registered();
        // What is due later waits in the broker, never in a worker: there is nothing to show.
        Command scheduled = given -> List.of();
        commands.put("active", active);
        commands.put("dump_active", active);
        commands.put("reserved", reserved);
        commands.put("dump_reserved", reserved);
        commands.put("registered", registered);
        commands.put("dump_tasks", registered);
        commands.put("scheduled", scheduled);
        commands.put("dump_schedule", scheduled);
        commands.put(
                "active_queues",
                given -> worker.queues().stream().map(Inspection::queue).toList());
        commands.put("query_task", given -> query(given.texts("ids")));
        return commands;
    }

    private List<Map<String, @Nullable Object>> requests(List<ControlledWorker.InHand> tasks, boolean safe) {
        return tasks.stream().map(task -> request(task, safe)).toList();
    }

    private Map<String, Object> query(List<String> ids) {
        Map<String, Object> found = new LinkedHashMap<>();
        put(found, ids, "reserved", worker.reserved());
        put(found, ids, "active", worker.active()); // it may have been begun in between
        return found;
    }

    private void put(Map<String, Object> found, List<String> ids, String state, List<ControlledWorker.InHand> tasks) {
        for (ControlledWorker.InHand one : tasks) {
            String id = one.task().id().value();
            if (ids.contains(id)) {
                found.put(id, List.of(state, request(one, false)));
            }
        }
    }

    private Map<String, @Nullable Object> request(ControlledWorker.InHand one, boolean safe) {
        TaskMessage task = one.task();
        boolean asText = safe
                || task.payload().args().toString().length()
                                + task.payload().kwargs().toString().length()
                        > LARGEST_ARGUMENTS;
        PlainJson.Shown shown = PlainJson.shown(task.payload());
        Map<String, @Nullable Object> request = new LinkedHashMap<>();
        request.put("id", task.id().value());
        request.put("name", task.task());
        request.put("args", asText ? shown.args() : task.payload().args());
        request.put("kwargs", asText ? shown.kwargs() : task.payload().kwargs());
        request.put("type", task.task());
        request.put("hostname", node.value());
        request.put("time_start", one.since().map(EventSender::seconds).orElse(null));
        request.put("acknowledged", false);
        request.put("delivery_info", delivery(one));
        request.put("worker_pid", one.since().isPresent() ? process.pid() : null);
        return request;
    }

    private static Map<String, Object> delivery(ControlledWorker.InHand one) {
        Map<String, Object> delivery = new LinkedHashMap<>();
        delivery.put("exchange", "");
        delivery.put("routing_key", one.queue());
        delivery.put("priority", one.priority());
        delivery.put("redelivered", one.redelivered());
        return delivery;
    }

    /** Kombu's description of a queue, as Celery's own workers give it. */
    private static Map<String, @Nullable Object> queue(String name) {
        Map<String, @Nullable Object> exchange = new LinkedHashMap<>();
        exchange.put("name", name);
        exchange.put("type", "direct");
        exchange.put("arguments", null);
        exchange.put("durable", true);
        exchange.put("passive", false);
        exchange.put("auto_delete", false);
        exchange.put("delivery_mode", null);
        exchange.put("no_declare", false);
        Map<String, @Nullable Object> queue = new LinkedHashMap<>();
        queue.put("name", name);
        queue.put("exchange", exchange);
        queue.put("routing_key", name);
        for (String unset : List.of("queue_arguments", "binding_arguments", "consumer_arguments")) {
            queue.put(unset, null);
        }
        queue.put("durable", true);
        queue.put("exclusive", false);
        queue.put("auto_delete", false);
        queue.put("no_ack", false);
        queue.put("alias", null);
        queue.put("bindings", new ArrayList<>());
        for (String unset :
                List.of("no_declare", "expires", "message_ttl", "max_length", "max_length_bytes", "max_priority")) {
            queue.put(unset, null);
        }
        return queue;
    }
}
