package io.lovage.interop;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.examples.WireTasks;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Java worker as operators of a Celery system see it: one slot, a name and a queue of its own, and events. There is
 * one for each wiring in this JVM. Not thread-safe.
 */
final class JavaNode {
    private static final Map<Wiring, JavaNode> STARTED = new EnumMap<>(Wiring.class);
    /** Runs a command of Celery and tells what it has printed. */
    private static final String COMMAND = """
            import os, subprocess, sys, peer
            done = subprocess.run([sys.executable, '-m', 'celery', '-A', 'peer'] + words, text=True, timeout=90,
                                  cwd=os.path.dirname(peer.__file__), stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
            done.stdout
            """;

    private final String name;
    private final String queue;
    private final Wiring wiring;
    private final Python python;
    private final InteropTasks tasks;

    private JavaNode(Wiring wiring) {
        String own = wiring.name().toLowerCase(Locale.ROOT).replace('_', '-');
        this.wiring = wiring;
        this.python = MixedSystem.of(wiring).python();
        this.name = "node-" + own + "@interop";
        this.queue = "node-" + own;
        Lovage connection = MixedSystem.connect(wiring, "node");
        this.tasks = new InteropTasks(connection, queue);
        Worker unused = worker(connection, name, queue).tasks(tasks).start();
        python.run("awake('" + name + "')");
    }

    static JavaNode of(Wiring wiring) {
        return STARTED.computeIfAbsent(wiring, JavaNode::new);
    }

    /** Another one, over a connection of its own. */
    Worker.Builder worker(String otherName, String otherQueue) {
        return worker(MixedSystem.connect(wiring, "node"), otherName, otherQueue);
    }

    private static Worker.Builder worker(Lovage connection, String otherName, String otherQueue) {
        return connection
                .worker()
                .name(otherName)
                .queues(otherQueue)
                .concurrency(1)
                .prefetch(2)
                .taskEvents(true)
                .tasks(new WireTasks());
    }

    String name() {
        return name;
    }

    /** Lets a task end that is held under this key. */
    void release(String key) {
        tasks.release(key);
    }

    String queue() {
        return queue;
    }

    /** What a Celery client gets that runs this; it knows {@code NODE} and {@code QUEUE}. */
    @Nullable
    Object python(String script) {
        return python.run(script, Map.of("NODE", name, "QUEUE", queue));
    }

    /** What a command of Celery prints. */
    String celery(String... words) {
        Map<String, Object> values = new HashMap<>();
        values.put("words", words);
        return String.valueOf(python.run(COMMAND, values));
    }
}
