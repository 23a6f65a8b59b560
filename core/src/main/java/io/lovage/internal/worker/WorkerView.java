package io.lovage.internal.worker;

import io.lovage.WorkerStats;
import io.lovage.internal.control.ControlledWorker;
import io.lovage.internal.wire.MessageDecoder;
import io.lovage.internal.wire.TaskMessage;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A worker as remote control sees it. Thread-safe. */
final class WorkerView implements ControlledWorker {
    private final MessageDecoder decoder = new MessageDecoder();
    private final WorkerSpec spec;
    private final Parts parts;

    /**
     * What is looked at.
     *
     * @param stop begins to stop the worker
     */
    record Parts(
            String broker, Lanes lanes, Dispatcher dispatcher, QueueRoster queues, Counters counters, Runnable stop) {}

    WorkerView(WorkerSpec spec, Parts parts) {
        this.spec = spec;
        this.parts = parts;
    }

    @Override
    public List<InHand> active() {
        return parts.dispatcher().busy().stream()
                .flatMap(held -> held.running().stream()
                        .map(running -> inHand(held, running.task(), Optional.of(running.since()))))
                .toList();
    }

    /** Read anew, since a message that waits was not looked into yet. */
    @Override
    public List<InHand> reserved() {
        return parts.lanes().waiting().stream()
                .flatMap(held -> task(held).stream().map(task -> inHand(held, task, Optional.empty())))
                .toList();
    }

    private Optional<TaskMessage> task(Held held) {
        return decoder.decode(held.delivery().message())
                .fold(readable -> Optional.of(readable.message()), garbage -> Optional.empty());
    }

    private static InHand inHand(Held held, TaskMessage task, Optional<Instant> since) {
        return new InHand(
                task, held.queue().name(), held.delivery().message().priority(), held.deliveryCount() > 1, since);
    }

    @Override
    public List<String> registered() {
        return spec.handlers().keySet().stream().sorted().toList();
    }

    @Override
    public Map<String, Long> begun() {
        Map<String, Long> begun = new TreeMap<>();
        spec.handlers().forEach((name, registered) -> {
            long count = registered.begun().sum();
            if (count > 0) {
                begun.put(name, count);
            }
        });
        return begun;
    }

    @Override
    public List<String> queues() {
        return parts.queues().names();
    }

    @Override
    public int concurrency() {
        return spec.concurrency();
    }

    @Override
    public int prefetch() {
        return spec.prefetch();
    }

    @Override
    public WorkerStats stats() {
        return parts.counters().snapshot();
    }

    @Override
    public String broker() {
        return parts.broker();
    }

    @Override
    public void stopSoon() {
        parts.stop().run();
    }

    @Override
    public boolean addQueue(String name) {
        return parts.queues().add(name);
    }

    @Override
    public boolean cancelQueue(String name) {
        return parts.queues().cancel(name);
    }
}
