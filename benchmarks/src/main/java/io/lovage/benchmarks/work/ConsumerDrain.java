package io.lovage.benchmarks.work;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.internal.wire.ArgumentBinder;
import io.lovage.internal.wire.Decoded;
import io.lovage.internal.wire.MessageDecoder;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** Takes through a broker's consumer, reads as a worker does, and settles; on one thread. */
final class ConsumerDrain implements Draining.Drain {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration WAIT = Duration.ofSeconds(5);
    private static final int AT_ONCE = 256;

    private final NamedThreads threads = new NamedThreads("benchmark");
    private final SystemTime time = new SystemTime(threads);
    private final MessageDecoder decoder = new MessageDecoder();
    private final ArgumentBinder binder = new ArgumentBinder();
    private final Map<String, Consumer<Chunk>> handlers;
    private final Broker broker;
    private final QueueSpec queue;

    ConsumerDrain(String url, String queue, Map<String, Consumer<Chunk>> handlers) {
        this.handlers = Map.copyOf(handlers);
        ServiceUrl parsed = ServiceUrl.parse(url);
        this.queue = QueueSpec.of(queue);
        this.broker = ServiceLoader.load(BrokerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.schemes().contains(parsed.scheme()))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("no broker on the class path serves " + parsed))
                .connect(new BrokerConfig(parsed, "benchmark", TIMEOUT, TIMEOUT, time, threads));
        broker.declare(this.queue);
    }

    /** With one consumer for all runs; it takes only while somebody polls. */
    Draining.Drain keepingItsConsumer(int prefetch) {
        Broker.Consumer consumer = consumer(prefetch);
        return Draining.with(tasks -> run(consumer, tasks), () -> {
            consumer.close();
            close();
        });
    }

    @Override
    public void run(int tasks) throws Exception {
        try (Broker.Consumer consumer = consumer(Workload.PREFETCH)) {
            run(consumer, tasks);
        }
    }

    private void run(Broker.Consumer consumer, int tasks) throws Exception {
        CountDownLatch unsettled = new CountDownLatch(tasks);
        int taken = 0;
        while (taken < tasks) {
            var deliveries = consumer.poll(AT_ONCE, WAIT);
            if (deliveries.isEmpty()) {
                throw new TimeoutException("got " + taken + " of " + tasks + " messages");
            }
            for (Delivery delivery : deliveries) {
                handle(delivery);
                delivery.settle(Settlement.ack()).thenAccept(settled -> settled(settled, unsettled));
            }
            taken += deliveries.size();
        }
        if (!unsettled.await(TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException(unsettled.getCount() + " deliveries were not settled");
        }
    }

    Broker.Consumer consumer(int prefetch) {
        return broker.consume(ConsumeSpec.of(queue, prefetch));
    }

    private void handle(Delivery delivery) {
        TaskMessage task = decoder.decode(delivery.message()).fold(Decoded.Received::message, unreadable -> {
            throw new IllegalStateException(unreadable.reason());
        });
        Consumer<Chunk> handler = handlers.get(task.task());
        Chunk chunk = binder.read(task.payload(), Chunk.class);
        if (handler == null || chunk == null) {
            throw new IllegalStateException("no handler or no argument for " + task.task());
        }
        handler.accept(chunk);
    }

    private static void settled(Settled settled, CountDownLatch unsettled) {
        if (settled.accepted()) {
            unsettled.countDown();
        }
    }

    @Override
    public void close() {
        broker.close();
        time.close();
    }
}
