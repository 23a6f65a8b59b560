package io.lovage.internal.control;

import io.lovage.spi.QueueName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What changes the node itself: its queues, its events, its end. And what Lovage has not, refused by name. */
final class NodeCommands {
    private static final Logger log = LoggerFactory.getLogger(NodeCommands.class);

    private final ControlledWorker worker;
    private final EventSender events;
    private final Runnable heartbeat;

    NodeCommands(ControlledWorker worker, EventSender events, Runnable heartbeat) {
        this.worker = worker;
        this.events = events;
        this.heartbeat = heartbeat;
    }

    Map<String, Command> commands() {
        Map<String, Command> commands = new LinkedHashMap<>();
        commands.put("shutdown", given -> shutdown());
        commands.put("heartbeat", given -> beat());
        commands.put("enable_events", given -> Answers.ok(switched(true, "enabled")));
        commands.put("disable_events", given -> Answers.ok(switched(false, "disabled")));
        commands.put("add_consumer", this::addConsumer);
        commands.put("cancel_consumer", this::cancelConsumer);
        commands.put("rate_limit", given -> refuse("rate limits"));
        commands.put("time_limit", given -> refuse("time limits that change while a worker runs"));
        commands.put("pool_grow", given -> refuse("concurrency that changes while a worker runs"));
        commands.put("pool_shrink", given -> refuse("concurrency that changes while a worker runs"));
        commands.put("autoscale", given -> refuse("autoscaling"));
        commands.put("pool_restart", given -> refuse("pool that can be restarted"));
        commands.put("conf", given -> refuse("settings of a Celery application"));
        commands.put("report", given -> refuse("report of a Python program; stats tells of this one"));
        for (String python : List.of("memsample", "memdump", "objgraph")) {
            commands.put(python, given -> refuse(python + ", which looks into a Python program"));
        }
        commands.put("election", given -> refuse("elections"));
        return commands;
    }

    @Nullable
    private Object shutdown() {
        log.info("stopping, as remote control demands");
        worker.stopSoon();
        return null;
    }

    @Nullable
    private Object beat() {
        heartbeat.run();
        return null;
    }

    private String switched(boolean on, String word) {
        return events.switchTasks(on) ? "task events " + word : "task events already " + word;
    }

    private Object addConsumer(Given given) {
        String queue = QueueName.check(given.text("queue"));
        return worker.addQueue(queue)
                ? Answers.ok("add consumer " + queue)
                : Answers.ok("already consuming from " + queue);
    }

    private Object cancelConsumer(Given given) {
        String queue = given.text("queue");
        return worker.cancelQueue(queue)
                ? Answers.ok("no longer consuming from " + queue)
                : Answers.error("not consuming from " + queue);
    }

    private static Object refuse(String what) {
        return Answers.error("Lovage has no " + what);
    }
}
