package io.lovage.benchmarks.work;

import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.internal.wire.ArgumentBinder;
import io.lovage.internal.wire.Decoded;
import io.lovage.internal.wire.MessageDecoder;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Takes through a broker's consumer, reads as a worker does, and settles; on one thread. */
final class SpiTaker implements Taker {
    private static final Duration WAIT = Duration.ofMillis(500);
    private static final int LONGEST_SILENCE = 10;
    private static final int LONGEST_BEGINNING = 120;
    private static final int AT_ONCE = 256;

    private final MessageDecoder decoder = new MessageDecoder();
    private final ArgumentBinder binder = new ArgumentBinder();
    private final Map<String, Consumer<Chunk>> handlers;
    private final SpiConnection connection;
    private final QueueSpec queue;
    private final int prefetch;
    private final Broker.@Nullable Consumer kept;

    private SpiTaker(String url, String queue, int prefetch, Consumer<Chunk> handler, boolean keepsItsConsumer) {
        this.handlers = Map.of(Workload.IMPORT.name(), handler);
        this.connection = new SpiConnection(url);
        this.queue = QueueSpec.of(queue);
        this.prefetch = prefetch;
        connection.broker().declare(this.queue);
        this.kept = keepsItsConsumer ? consumer(prefetch) : null;
    }

    /** With a new consumer for each run. */
    static SpiTaker joiningEachTime(String url, String queue, int prefetch, Consumer<Chunk> handler) {
        return new SpiTaker(url, queue, prefetch, handler, false);
    }

    /** With one consumer for all runs; it takes only while somebody polls. */
    static SpiTaker keepingItsConsumer(String url, String queue, int prefetch, Consumer<Chunk> handler) {
        return new SpiTaker(url, queue, prefetch, handler, true);
    }

    @Override
    public void run(int tasks) throws Exception {
        if (kept != null) {
            run(kept, tasks);
            return;
        }
        try (Broker.Consumer consumer = consumer(prefetch)) {
            run(consumer, tasks);
        }
    }

    private void run(Broker.Consumer consumer, int tasks) throws Exception {
        Semaphore settled = new Semaphore(0);
        int taken = 0;
        int silence = 0;
        while (taken < tasks && silence < (taken == 0 ? LONGEST_BEGINNING : LONGEST_SILENCE)) {
            List<Delivery> deliveries = consumer.poll(AT_ONCE, WAIT);
            for (Delivery delivery : deliveries) {
                handle(delivery.message());
                delivery.settle(Settlement.ack()).thenAccept(how -> count(how, settled));
            }
            taken += deliveries.size();
            silence = deliveries.isEmpty() ? silence + 1 : 0;
        }
        if (!settled.tryAcquire(taken, SpiConnection.TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
            throw new TimeoutException((taken - settled.availablePermits()) + " deliveries were not settled");
        }
    }

    Broker.Consumer consumer(int most) {
        return connection.broker().consume(ConsumeSpec.of(queue, most));
    }

    private void handle(InboundMessage message) {
        TaskMessage task = decoder.decode(message).fold(Decoded.Received::message, unreadable -> {
            throw new IllegalStateException(unreadable.reason());
        });
        Consumer<Chunk> handler = handlers.get(task.task());
        Chunk chunk = binder.read(task.payload(), Chunk.class);
        if (handler == null || chunk == null) {
            throw new IllegalStateException("no handler or no argument for " + task.task());
        }
        handler.accept(chunk);
    }

    private static void count(Settled how, Semaphore settled) {
        if (how.accepted()) {
            settled.release();
        }
    }

    @Override
    public void close() {
        if (kept != null) {
            kept.close();
        }
        connection.close();
    }
}
