package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.BareDecoder;
import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** A queue of this JVM, or of whatever broker is reached by its URL alone: nobody works on it but Lovage. */
final class MemoryStand implements Stand {
    private static final Duration WAIT = Duration.ofMillis(200);
    private static final int AT_ONCE = 1_000;

    private final Setup setup;
    private final SpiConnection connection;
    private final QueueSpec queue;

    MemoryStand(Setup setup) {
        this.setup = setup;
        this.connection = new SpiConnection(setup.lovageUrl());
        this.queue = QueueSpec.of(setup.queue());
        connection.broker().declare(queue);
    }

    @Override
    public QueueUnderTest queue() {
        return new Queue();
    }

    /** Whoever fills the queue is Lovage itself. */
    @Override
    public Sender sender(Variant variant) {
        return Sender.of(Connections.lovage(setup.lovageUrl(), setup.queue()));
    }

    @Override
    public Taker taker(Variant variant, Ledger ledger) {
        throw new IllegalArgumentException("nobody takes here but Lovage");
    }

    @Override
    public Handling counting(Variant variant, Ledger ledger) {
        BareDecoder decoder = new BareDecoder();
        return raw -> ledger.saw(decoder.body(raw).chunk());
    }

    @Override
    public void close() {
        connection.broker().admin().delete(queue);
        connection.close();
    }

    private final class Queue implements QueueUnderTest {
        @Override
        public String name() {
            return queue.name();
        }

        @Override
        public long waiting() {
            var stats = connection.broker().admin().stats(queue);
            return stats.ready().orElse(0) + stats.inFlight().orElse(0);
        }

        @Override
        public void purge() {
            connection.broker().admin().purge(queue);
        }

        @Override
        public void takeAll(Handling handling) throws IOException {
            try (Broker.Consumer consumer = connection.broker().consume(ConsumeSpec.of(queue, AT_ONCE))) {
                List<Delivery> deliveries = consumer.poll(AT_ONCE, WAIT);
                while (!deliveries.isEmpty()) {
                    for (Delivery delivery : deliveries) {
                        handling.handle(delivery.message().message().body().toArray());
                        delivery.settle(Settlement.ack()).toCompletableFuture().join();
                    }
                    deliveries = consumer.poll(AT_ONCE, WAIT);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", e);
            }
        }

        @Override
        public void close() {
            // the stand deletes it
        }
    }
}
