package io.lovage.internal.worker;

import io.lovage.ManualWorker;
import io.lovage.WorkerStats;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * A worker without threads: the caller's thread takes one delivery and leads it along the same road. Not thread-safe.
 */
final class SteppedWorker implements ManualWorker {
    private final Counters counters = new Counters();
    private final List<Step> steps = new ArrayList<>();
    private final DeliveryRoad road;
    private final TimeSource time;
    private final Consumer<AutoCloseable> whenClosed;
    private int next;

    SteppedWorker(WorkerEnvironment environment, WorkerSpec spec, Consumer<AutoCloseable> whenClosed) {
        this.road = DeliveryRoad.build(environment, spec, counters, Remote.of(environment.time()), Runnable::run);
        this.time = environment.time();
        this.whenClosed = whenClosed;
        for (QueueShare share : spec.queues()) {
            QueueCapabilities capabilities =
                    environment.queues().capabilities(share.queue().name());
            ConsumeSpec consume = new ConsumeSpec(share.queue(), 1, spec.renewLeases(), spec.name());
            steps.add(new Step(share.queue(), capabilities, environment.broker().consume(consume)));
        }
    }

    /** Asks the queues in turn, beginning after the one that had something last. */
    @Override
    public boolean runOne() {
        for (int tried = 0; tried < steps.size(); tried++) {
            Step step = steps.get(next);
            next = (next + 1) % steps.size();
            try {
                if (run(step)) {
                    return true;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
        return false;
    }

    private boolean run(Step step) throws InterruptedException {
        for (Delivery delivery : step.consumer.poll(1, Duration.ZERO)) {
            counters.taken(delivery.deliveryCount());
            CountDownLatch gone = new CountDownLatch(1);
            Held held = new Held(delivery, new Place(step, gone, counters), time.nanoTime());
            held.listen();
            road.travel(held);
            gone.await();
            return true;
        }
        return false;
    }

    @Override
    public int runAll() {
        int count = 0;
        while (runOne()) {
            count++;
        }
        return count;
    }

    @Override
    public WorkerStats stats() {
        return counters.snapshot();
    }

    @Override
    public void close() {
        steps.forEach(step -> step.consumer.close());
        road.end();
        whenClosed.accept(this);
    }

    private record Step(QueueSpec queue, QueueCapabilities capabilities, Broker.Consumer consumer) {}

    private record Place(Step step, CountDownLatch free, Counters counters) implements Held.Source {
        @Override
        public QueueSpec queue() {
            return step.queue;
        }

        @Override
        public QueueCapabilities capabilities() {
            return step.capabilities;
        }

        @Override
        public void lost(Held held) {
            counters.leaseLost(held);
            held.thread().interrupt(HandlerThread.Reason.LEASE_LOST);
        }

        @Override
        public void gone(Held held) {
            free.countDown();
        }
    }
}
