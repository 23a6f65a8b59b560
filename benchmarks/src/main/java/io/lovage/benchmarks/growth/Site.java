package io.lovage.benchmarks.growth;

import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Worker;
import io.lovage.benchmarks.lane.Meter;
import io.lovage.benchmarks.lane.Used;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.work.Setup;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;

/** Lovage on some queues of its own, and what it takes to work on them. Used by one thread. */
final class Site implements AutoCloseable {
    private static final Duration FAR = Duration.ofHours(6);
    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final long TIMEOUT_SECONDS = 300;

    private final List<Chunk> chunks = Workload.chunks(Workload.BATCH);
    private final Setup setup;
    private final OptionalLong broker;
    private final Lovage lovage;
    private int used = 1;

    /** What tasks of a worker that runs already are counted by. */
    private volatile CountDownLatch left = new CountDownLatch(0);

    /**
     * Connects.
     *
     * @param broker the process of the server, where it is one of this machine
     */
    Site(Setup setup, OptionalLong broker) {
        this.setup = setup;
        this.broker = broker;
        this.lovage = Lovage.builder()
                .broker(setup.lovageUrl())
                .results("disabled://")
                .defaultQueue(setup.queue())
                .build();
    }

    Used run(Step step) throws InterruptedException, TimeoutException {
        used = Math.max(used, step.queues());
        return switch (step.kind()) {
            case PUBLISH -> publish(step, signature -> signature);
            case DELAY -> publish(step, signature -> signature.delay(FAR));
            case CONSUME -> consume(step);
            case END_TO_END -> endToEnd(step);
        };
    }

    private Used publish(Step step, UnaryOperator<Signature<Chunk, Void>> how) {
        List<List<Signature<Chunk, Void>>> batches = batches(step.tasks(), step.queues(), how);
        Meter meter = Meter.start(broker);
        batches.forEach(lovage::sendAll);
        return meter.stop();
    }

    /** Each batch has one queue; the last one is smaller where the number is not round. */
    private List<List<Signature<Chunk, Void>>> batches(
            int tasks, int queues, UnaryOperator<Signature<Chunk, Void>> how) {
        List<List<Signature<Chunk, Void>>> patterns = new ArrayList<>();
        int size = Math.max(1, Math.min(Workload.BATCH, tasks / queues));
        for (int queue = 0; queue < queues; queue++) {
            String name = name(queue);
            patterns.add(chunks.subList(0, size).stream()
                    .map(chunk ->
                            how.apply(Workload.IMPORT.with(chunk).queue(name).ignoreResult()))
                    .toList());
        }
        List<List<Signature<Chunk, Void>>> batches = new ArrayList<>();
        for (int sent = 0; sent < tasks; sent += size) {
            List<Signature<Chunk, Void>> pattern = patterns.get(batches.size() % queues);
            batches.add(pattern.subList(0, Math.min(size, tasks - sent)));
        }
        return batches;
    }

    private String name(int queue) {
        return queue == 0 ? setup.queue() : setup.queue() + "." + queue;
    }

    /**
     * The time runs from when the worker has its first tasks: to join a group takes a while. What it ran beyond the
     * number is sent again, so that as much waits as before.
     */
    private Used consume(Step step) throws InterruptedException, TimeoutException {
        CountDownLatch here = new CountDownLatch(1);
        CountDownLatch gate = new CountDownLatch(1);
        CountDownLatch wanted = new CountDownLatch(step.tasks());
        AtomicInteger ran = new AtomicInteger();
        Worker worker = start(step, () -> {
            here.countDown();
            gate.await();
            ran.incrementAndGet();
            wanted.countDown();
        });
        await(here, "the worker got nothing");
        Meter meter = Meter.start(broker);
        gate.countDown();
        await(wanted, "tasks were not run");
        Used taken = meter.stop();
        worker.stop(GRACE);
        int surplus = ran.get() - step.tasks();
        if (surplus > 0) {
            batches(surplus, step.queues(), signature -> signature).forEach(lovage::sendAll);
        }
        return taken;
    }

    private Used endToEnd(Step step) throws InterruptedException, TimeoutException {
        left = new CountDownLatch(step.queues());
        Worker worker = start(step, () -> left.countDown());
        batches(step.queues(), step.queues(), signature -> signature).forEach(lovage::sendAll);
        await(left, "a queue's first task was not run");
        left = new CountDownLatch(step.tasks());
        List<List<Signature<Chunk, Void>>> batches = batches(step.tasks(), step.queues(), signature -> signature);
        Meter meter = Meter.start(broker);
        batches.forEach(lovage::sendAll);
        await(left, "tasks were not run");
        Used taken = meter.stop();
        worker.stop(GRACE);
        return taken;
    }

    /** What a task does. */
    @FunctionalInterface
    private interface Body {
        void run() throws InterruptedException;
    }

    private Worker start(Step step, Body body) {
        int prefetch = setup.contender() == Contender.KAFKA_LANE
                ? step.slots()
                : Math.max(step.slots(), Workload.PREFETCH / step.queues());
        return lovage.worker()
                .queues(IntStream.range(0, step.queues()).mapToObj(this::name).toArray(String[]::new))
                .concurrency(step.slots())
                .prefetch(prefetch)
                .handle(Workload.IMPORT, (chunk, context) -> {
                    body.run();
                    return null;
                })
                .start();
    }

    private static void await(CountDownLatch latch, String otherwise) throws InterruptedException, TimeoutException {
        if (!latch.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException(otherwise + "; missing: " + latch.getCount());
        }
    }

    /** Deletes the queues with what is in them. */
    @Override
    public void close() {
        try (lovage) {
            IntStream.range(0, used).mapToObj(this::name).forEach(lovage::deleteQueue);
        }
    }
}
