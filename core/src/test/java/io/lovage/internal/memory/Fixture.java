package io.lovage.internal.memory;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker.Consumer;
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
import io.lovage.spi.TimeSource;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Connections to a space of their own, under a clock that the test advances. */
final class Fixture implements AutoCloseable {
    static final Duration LEASE = Duration.ofSeconds(30);
    static final Duration INSTANT = Duration.ofNanos(1);
    static final QueueSpec QUEUE = QueueSpec.of("imports").withLease(LEASE).withDeliveryLimit(3);
    private static final AtomicInteger SPACES = new AtomicInteger();

    final ManualClock clock = new ManualClock();
    final String url;
    final MemoryBroker broker;
    private final List<MemoryBroker> connections = new ArrayList<>();

    Fixture() {
        this("");
    }

    Fixture(String options) {
        url = "memory://fixture-" + SPACES.incrementAndGet() + options;
        broker = connect();
        broker.declare(QUEUE);
    }

    MemoryBroker connect() {
        MemoryBroker connection = connect(url, clock);
        connections.add(connection);
        return connection;
    }

    static MemoryBroker connect(String url, TimeSource time) {
        BrokerConfig config = new BrokerConfig(
                ServiceUrl.parse(url), "test", Duration.ofSeconds(1), Duration.ofSeconds(1), time, role -> Thread::new);
        return (MemoryBroker) new MemoryBrokerProvider().connect(config);
    }

    static Message message(String id) {
        return new Message(Map.of(), MessageProperties.json(Optional.of(id), Optional.empty()), Bytes.utf8(id));
    }

    static OutboundMessage outbound(String id) {
        return OutboundMessage.to(QUEUE.name(), message(id));
    }

    void publish(String... ids) {
        get(broker.publish(Stream.of(ids).map(Fixture::outbound).toList()));
    }

    void publish(OutboundMessage message) {
        get(broker.publish(List.of(message)));
    }

    Consumer consumer() {
        return broker.consume(ConsumeSpec.of(QUEUE, 100));
    }

    Consumer withoutRenewal() {
        return broker.consume(ConsumeSpec.of(QUEUE, 100).withoutRenewal());
    }

    /** What can be taken now. */
    static List<Delivery> take(Consumer consumer) throws InterruptedException {
        return consumer.poll(100, Duration.ZERO);
    }

    static Delivery takeOne(Consumer consumer) throws InterruptedException {
        List<Delivery> taken = consumer.poll(1, Duration.ZERO);
        assertThat(taken).hasSize(1);
        return taken.get(0);
    }

    static String id(Delivery delivery) {
        return delivery.message().message().properties().correlationId().orElseThrow();
    }

    static List<String> ids(List<Delivery> deliveries) {
        return deliveries.stream().map(Fixture::id).toList();
    }

    static Settled settle(Delivery delivery, Settlement how) {
        return get(delivery.settle(how));
    }

    static Settled ack(Delivery delivery) {
        return settle(delivery, Settlement.ack());
    }

    static <T> T get(CompletionStage<T> stage) {
        return stage.toCompletableFuture().join();
    }

    long ready() {
        return broker.admin().stats(QUEUE).ready().orElseThrow();
    }

    long inFlight() {
        return broker.admin().stats(QUEUE).inFlight().orElseThrow();
    }

    long delayed() {
        return broker.admin().stats(QUEUE).delayed().orElseThrow();
    }

    long dead() {
        return broker.admin().stats(QUEUE).dead().orElseThrow();
    }

    @Override
    public void close() {
        connections.forEach(MemoryBroker::close);
    }
}
