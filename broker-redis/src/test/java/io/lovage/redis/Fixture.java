package io.lovage.redis;

import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What a test against the real server uses; everything made here ends with the test. */
final class Fixture {
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Deque<AutoCloseable> made = new ArrayDeque<>();
    private final Threads threads = new NamedThreads("test");
    private final SystemTime time = new SystemTime(threads);

    Broker broker(String options) {
        return connect(TestRedis.url(options));
    }

    Broker connect(String url) {
        return connect(url, Duration.ofSeconds(30));
    }

    Broker connect(String url, Duration publishTimeout) {
        Broker broker = new RedisBrokerProvider()
                .connect(new BrokerConfig(
                        ServiceUrl.parse(url), "test", Duration.ofSeconds(30), publishTimeout, time, threads));
        made.push(broker);
        return broker;
    }

    SystemTime time() {
        return time;
    }

    Threads threads() {
        return threads;
    }

    <T extends AutoCloseable> T ends(T thing) {
        made.push(thing);
        return thing;
    }

    static String newName() {
        return "test-" + UUID.randomUUID();
    }

    /** A name whose queue and dead letters are deleted after the test. */
    QueueSpec queue(Broker broker, String name) {
        QueueSpec spec = QueueSpec.of(name);
        made.push(() -> {
            broker.admin().delete(spec);
            broker.admin().delete(QueueSpec.of(spec.deadLetterQueue()));
        });
        return spec;
    }

    QueueSpec declared(Broker broker) {
        QueueSpec spec = queue(broker, newName());
        broker.declare(spec);
        return spec;
    }

    static Message message(String id) {
        return new Message(
                Map.of("task", "test", "id", id),
                MessageProperties.json(Optional.of(id), Optional.empty()),
                Bytes.utf8("[[], {}, {}]"));
    }

    static OutboundMessage to(QueueSpec queue, String id) {
        return OutboundMessage.to(queue.name(), message(id));
    }

    static <T> T get(CompletionStage<T> stage) {
        try {
            return stage.toCompletableFuture()
                    .orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS)
                    .join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException known ? known : e;
        }
    }

    static void publish(Broker broker, OutboundMessage... messages) {
        get(broker.publish(List.of(messages)));
    }

    Broker.Consumer consumer(Broker broker, QueueSpec queue, int prefetch) {
        Broker.Consumer consumer = broker.consume(ConsumeSpec.of(queue, prefetch));
        made.push(consumer);
        return consumer;
    }

    static Delivery one(Broker.Consumer consumer) {
        try {
            List<Delivery> taken = consumer.poll(1, PATIENCE);
            if (taken.isEmpty()) {
                throw new AssertionError("nothing came within " + PATIENCE);
            }
            return taken.get(0);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    static Settled settle(Delivery delivery, Settlement how) {
        return get(delivery.settle(how));
    }

    static String id(Delivery delivery) {
        return delivery.message().message().properties().correlationId().orElse("");
    }

    void close() throws Exception {
        while (!made.isEmpty()) {
            made.pop().close();
        }
        time.close();
    }
}
