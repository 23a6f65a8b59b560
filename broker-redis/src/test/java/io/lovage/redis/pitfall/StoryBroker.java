package io.lovage.redis.pitfall;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.redis.RedisBrokerProvider;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A process with Lovage, as far as a story needs one: a connection of its own and the clock of its machine. */
final class StoryBroker implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What a busy machine may add to a bound. */
    static final Duration SLACK = Duration.ofSeconds(5);

    private final Threads threads;
    private final SystemTime time;
    private final Broker broker;

    StoryBroker(String url) {
        this(url, Duration.ZERO);
    }

    /** On a machine whose wall clock is off. */
    StoryBroker(String url, Duration clockOff) {
        threads = new NamedThreads("story");
        time = new SystemTime(threads);
        broker = new RedisBrokerProvider()
                .connect(new BrokerConfig(
                        ServiceUrl.parse(url), "story", PATIENCE, PATIENCE, new Off(time, clockOff), threads));
    }

    Broker broker() {
        return broker;
    }

    /** How long after its end a lease is found to be over at the latest, as the broker declares it. */
    Duration detection() {
        return broker.capabilities().lease().fold(LeaseModel.UntilDeadline::detection, connected -> Duration.ZERO);
    }

    void publish(QueueSpec queue, String id) {
        Message message = new Message(
                Map.of("id", id, "task", "flights.import"),
                MessageProperties.json(Optional.of(id), Optional.empty()),
                Bytes.utf8("[[], {}, {}]"));
        broker.publish(List.of(OutboundMessage.to(queue.name(), message)))
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    Broker.Consumer consume(QueueSpec queue) {
        return broker.consume(ConsumeSpec.of(queue, 1));
    }

    /** One delivery, however long it takes. */
    static Delivery take(Broker.Consumer consumer) throws InterruptedException {
        List<Delivery> taken = consumer.poll(1, PATIENCE);
        if (taken.isEmpty()) {
            throw new AssertionError("nothing came within " + PATIENCE);
        }
        return taken.get(0);
    }

    static Settled ack(Delivery delivery) {
        return delivery.settle(Settlement.ack())
                .toCompletableFuture()
                .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    void delete(QueueSpec queue) {
        broker.admin().delete(queue);
        broker.admin().delete(QueueSpec.of(queue.deadLetterQueue()));
    }

    @Override
    public void close() {
        broker.close();
        time.close();
    }

    /** A clock that shows another time. */
    private record Off(TimeSource right, Duration off) implements TimeSource {
        @Override
        public Instant now() {
            return right.now().plus(off);
        }

        @Override
        public long nanoTime() {
            return right.nanoTime();
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            return right.after(delay, action);
        }
    }
}
