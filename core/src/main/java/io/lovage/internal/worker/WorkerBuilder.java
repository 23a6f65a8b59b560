package io.lovage.internal.worker;

import io.lovage.HandlerOptions;
import io.lovage.ManualWorker;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.TaskHandler;
import io.lovage.TaskSet;
import io.lovage.Worker;
import io.lovage.internal.control.NodeName;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Collects what a worker shall be and validates it as a whole. Not thread-safe. */
public final class WorkerBuilder implements Worker.Builder {
    private static final Logger log = LoggerFactory.getLogger(WorkerBuilder.class);
    private static final int MOST_SLOTS = 10_000;
    private static final int MOST_PREFETCH = 100_000;
    private static final int MOST_WEIGHT = 1_000;

    private final WorkerEnvironment environment;
    private final OpenWorkers open;
    private final List<String> errors = new ArrayList<>();
    private final Map<String, QueueShare> queues = new LinkedHashMap<>();
    private final Map<String, Registered<?, ?>> handlers = new LinkedHashMap<>();
    private int concurrency = Runtime.getRuntime().availableProcessors();
    private Optional<Integer> prefetch = Optional.empty();
    private String name = "worker";
    private Optional<String> nodeName = Optional.empty();
    private boolean remoteControl = true;
    private boolean taskEvents;
    private Duration grace = Duration.ofSeconds(30);
    private boolean renewLeases = true;

    /**
     * Begins.
     *
     * @param open where the worker is kept until it ends, so that it ends with its connection
     */
    public WorkerBuilder(WorkerEnvironment environment, OpenWorkers open) {
        this.environment = environment;
        this.open = open;
    }

    @Override
    public Worker.Builder queues(String... names) {
        for (String queue : names) {
            try {
                queue(QueueSpec.of(queue), 1);
            } catch (IllegalArgumentException e) {
                errors.add(String.valueOf(e.getMessage()));
            }
        }
        return this;
    }

    @Override
    public Worker.Builder queue(QueueSpec queue, int weight) {
        String key = "weight of queue '" + queue.name() + "'";
        check(weight >= 1 && weight <= MOST_WEIGHT, key, weight, "1 to " + MOST_WEIGHT);
        if (queues.put(queue.name(), new QueueShare(queue, weight)) != null) {
            errors.add("queue '" + queue.name() + "' is named twice");
        }
        return this;
    }

    @Override
    public Worker.Builder concurrency(int slots) {
        check(slots >= 1 && slots <= MOST_SLOTS, "concurrency", slots, "1 to " + MOST_SLOTS);
        this.concurrency = slots;
        return this;
    }

    @Override
    public Worker.Builder prefetch(int deliveries) {
        check(deliveries >= 1 && deliveries <= MOST_PREFETCH, "prefetch", deliveries, "1 to " + MOST_PREFETCH);
        this.prefetch = Optional.of(deliveries);
        return this;
    }

    @Override
    public Worker.Builder name(String workerName) {
        check(NodeName.isAllowed(workerName), "name", "'" + workerName + "'", NodeName.ALLOWED); // rule R12.4
        this.name = workerName;
        this.nodeName = Optional.of(workerName);
        return this;
    }

    @Override
    public <A, R> Worker.Builder handle(Task<A, R> task, TaskHandler<A, R> handler) {
        return handle(task, HandlerOptions.ofDefaults(), handler);
    }

    @Override
    public <A, R> Worker.Builder handle(Task<A, R> task, HandlerOptions options, TaskHandler<A, R> handler) {
        options.softTimeLimit()
                .ifPresent(limit -> check(
                        !limit.isNegative() && !limit.isZero(),
                        "soft time limit of task '" + task.name() + "'",
                        limit,
                        "more than 0"));
        if (handlers.put(task.name(), new Registered<>(task, options, handler)) != null) {
            errors.add("task '" + task.name() + "' has two handlers");
        }
        return this;
    }

    @Override
    public Worker.Builder tasks(TaskSet tasks) {
        tasks.register(this);
        return this;
    }

    @Override
    public Worker.Builder grace(Duration duration) {
        check(!duration.isNegative(), "grace", duration, "0 or more");
        this.grace = duration;
        return this;
    }

    @Override
    public Worker.Builder renewLeases(boolean renew) {
        this.renewLeases = renew;
        return this;
    }

    @Override
    public Worker.Builder remoteControl(boolean on) {
        this.remoteControl = on;
        return this;
    }

    @Override
    public Worker.Builder taskEvents(boolean on) {
        this.taskEvents = on;
        return this;
    }

    @Override
    public Worker start() {
        WorkerSpec spec = validated();
        declare(spec);
        QueueWorker worker = new QueueWorker(environment, spec, open::remove);
        if (!open.add(worker)) {
            worker.discard();
            throw closedMeanwhile();
        }
        worker.start();
        return worker;
    }

    @Override
    public ManualWorker manual() {
        WorkerSpec spec = validated();
        declare(spec);
        SteppedWorker worker = new SteppedWorker(environment, spec, open::remove);
        if (!open.add(worker)) {
            worker.close();
            throw closedMeanwhile();
        }
        return worker;
    }

    private static IllegalStateException closedMeanwhile() {
        return new IllegalStateException("this connection was closed while the worker was being made");
    }

    private WorkerSpec validated() {
        if (handlers.isEmpty()) {
            errors.add("no task has a handler; add one with handle(task, handler)");
        }
        if (queues.isEmpty()) {
            queues(environment.defaultQueue());
        }
        if (!errors.isEmpty()) {
            throw new ConfigurationException("worker: " + String.join("; ", errors));
        }
        return new WorkerSpec(
                name,
                List.copyOf(queues.values()),
                concurrency,
                prefetch.orElse(concurrency),
                grace,
                renewLeases,
                new WorkerSpec.Presence(
                        NodeName.of(
                                nodeName.orElse("lovage"), environment.process().host()),
                        remoteControl,
                        taskEvents),
                handlers);
    }

    /** Declares the queues and compares once what they can do with what the handlers ask for. */
    private void declare(WorkerSpec spec) {
        List<String> gaps = new ArrayList<>();
        for (QueueShare share : spec.queues()) {
            QueueCapabilities capabilities = environment.queues().declare(share.queue());
            if (!capabilities.has(QueueFeature.DELAY)) {
                spec.handlers().values().stream()
                        .filter(registered -> delaysRetries(registered.options().retryPolicy()))
                        .forEach(
                                registered -> gaps.add(
                                        "task '" + registered.task().name()
                                                + "' has delayed retries and queue '"
                                                + share.queue().name() + "' (" + capabilities.kind()
                                                + ") cannot keep messages back; use another queue, or a retry policy without delay"));
            }
        }
        if (!gaps.isEmpty()) {
            throw new ConfigurationException("worker: " + String.join("; ", gaps));
        }
        warnOfLongTasks(spec);
    }

    private static boolean delaysRetries(RetryPolicy policy) {
        return policy.maxRetries() > 0 && !policy.maxDelay().isZero();
    }

    /** A server that ends a lease after a time redelivers what runs longer. */
    private void warnOfLongTasks(WorkerSpec spec) {
        Optional<Duration> longest = environment
                .broker()
                .capabilities()
                .lease()
                .fold(deadline -> Optional.empty(), connected -> connected.longest());
        for (Registered<?, ?> registered : spec.handlers().values()) {
            Optional<Duration> limit = registered.options().softTimeLimit();
            if (longest.isPresent() && limit.isPresent() && limit.get().compareTo(longest.get()) > 0) {
                log.warn(
                        "task '{}' may run for {} and the broker ends a lease after {}: it would run twice",
                        registered.task().name(),
                        limit.get(),
                        longest.get());
            }
        }
    }

    private void check(boolean fine, String key, Object value, String allowed) {
        if (!fine) {
            errors.add(key + "=" + value + " is not allowed; allowed: " + allowed);
        }
    }
}
