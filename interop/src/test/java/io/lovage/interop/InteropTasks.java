package io.lovage.interop;

import io.lovage.Arguments;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.TaskSet;
import io.lovage.Worker;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tasks of the Java worker beside those that are shipped, for what only these tests ask. */
final class InteropTasks implements TaskSet {
    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    private final Lovage connection;
    private final String pythonQueue;
    private final Map<String, CountDownLatch> latches = new ConcurrentHashMap<>();

    InteropTasks(Lovage connection, String pythonQueue) {
        this.connection = connection;
        this.pythonQueue = pythonQueue;
    }

    @Override
    public void register(Worker.Builder worker) {
        worker.handle(Task.untyped("java.request"), (arguments, context) -> request(context))
                .handle(
                        Task.of("java.held", String.class, Boolean.class),
                        HandlerOptions.ofDefaults().trackingStarted(),
                        (key, context) -> held(key))
                .handle(Task.of("java.reporting", String.class, Boolean.class), (key, context) -> {
                    context.progress(Map.of("current", 1, "total", 2));
                    return held(key);
                })
                .handle(Task.of("java.release", String.class, Void.class), (key, context) -> {
                    release(key);
                    return null;
                })
                .handle(Task.of("java.kinds", Kinds.class, String.class), (kinds, context) -> kinds.toString())
                .handle(
                        Task.of("java.later", Integer.class, Integer.class),
                        HandlerOptions.ofDefaults().retry(RetryPolicy.ofDefaults()),
                        InteropTasks::later)
                .handle(
                        Task.of("java.never", Void.class, Void.class),
                        HandlerOptions.ofDefaults().retry(RetryPolicy.ofDefaults()),
                        (nothing, context) -> {
                            throw context.retry(Duration.ZERO, "not yet");
                        })
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
        known.put("now", Instant.now().toEpochMilli() / 1_000.0);
        return known;
    }

    /** Until somebody releases it. */
    private Boolean held(String key) throws InterruptedException {
        return latch(key).await(1, TimeUnit.MINUTES);
    }

    /** Lets a task end that is held under this key, now or later. */
    void release(String key) {
        latch(key).countDown();
    }

    private CountDownLatch latch(String key) {
        return latches.computeIfAbsent(key, unused -> new CountDownLatch(1));
    }

    /** What JSON does not know. */
    record Kinds(Instant at, LocalDate day, BigDecimal amount, UUID id) {}

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
