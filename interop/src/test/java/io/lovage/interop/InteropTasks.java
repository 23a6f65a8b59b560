package io.lovage.interop;

import io.lovage.Arguments;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.TaskSet;
import io.lovage.Worker;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tasks of the Java worker beside those that are shipped, for what only these tests ask. */
final class InteropTasks implements TaskSet {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Lovage connection;
    private final String pythonQueue;

    InteropTasks(Lovage connection, String pythonQueue) {
        this.connection = connection;
        this.pythonQueue = pythonQueue;
    }

    @Override
    public void register(Worker.Builder worker) {
        worker.handle(Task.untyped("java.request"), (arguments, context) -> request(context))
                .handle(
                        Task.of("java.started", Double.class, String.class),
                        HandlerOptions.ofDefaults().trackingStarted(),
                        (seconds, context) -> started(seconds))
                .handle(
                        Task.of("java.later", Integer.class, Integer.class),
                        HandlerOptions.ofDefaults().retry(RetryPolicy.ofDefaults()),
                        InteropTasks::later)
                .handle(Task.untyped("java.spawn"), this::spawn);
    }

    /** What a handler may know of its task. */
    private static Map<String, Object> request(TaskContext context) {
        Map<String, Object> known = new LinkedHashMap<>();
        known.put("id", context.id());
        known.put("root_id", context.rootId());
        known.put("parent_id", context.parentId().orElse(""));
        known.put("retries", context.attempt() - 1);
        known.put("headers", context.headers());
        return known;
    }

    private static String started(Double seconds) throws InterruptedException {
        boolean unused = new CountDownLatch(1).await(Math.round(seconds * 1_000), TimeUnit.MILLISECONDS);
        return "done";
    }

    private static Integer later(Integer times, TaskContext context) {
        int retries = context.attempt() - 1;
        if (retries < times) {
            throw context.retry(RETRY_AFTER, "not yet");
        }
        return retries;
    }

    /** Sends a task of Python from inside a task. */
    private Map<String, Object> spawn(Arguments arguments, TaskContext context) {
        String name = String.valueOf(arguments.args().get(0));
        String child = connection
                .send(Task.untyped(name).with(Arguments.none()).queue(pythonQueue))
                .id();
        return Map.of("id", context.id(), "root", context.rootId(), "child", child);
    }
}
