package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/** What the tests of long tasks share: a queue, a worker and an onlooker, on a server with little patience. */
final class LongTaskFixture implements AutoCloseable {
    /** Long enough for a busy machine to renew in time. */
    static final Duration LEASE = Duration.ofSeconds(8);

    final Fixture fixture = new Fixture();
    final AtomicInteger lost = new AtomicInteger();
    final Broker broker;
    final QueueSpec queue;

    LongTaskFixture() {
        this("");
    }

    LongTaskFixture(String options) {
        broker = connect(LongTaskServer.url() + options);
        queue = fixture.queue(broker, Fixture.newName()).withLease(LEASE);
        broker.declare(queue);
    }

    Broker connect(String url) {
        return fixture.connect(url, Duration.ofSeconds(30));
    }

    /** A consumer over a connection of its own. */
    Broker.Consumer consumer(int prefetch) {
        return consumer(connect(LongTaskServer.url()), prefetch);
    }

    Broker.Consumer consumer(Broker over, int prefetch) {
        return fixture.ends(over.consume(ConsumeSpec.of(queue, prefetch)));
    }

    void publish(String... ids) {
        List<OutboundMessage> messages = new ArrayList<>();
        for (String id : ids) {
            messages.add(Fixture.to(queue, id));
        }
        Fixture.get(broker.publish(messages));
    }

    void publish(int count) {
        publish(IntStream.range(0, count).mapToObj(n -> "m" + n).toArray(String[]::new));
    }

    /** Takes so many, and counts the leases of them that are lost. */
    List<Delivery> hold(Broker.Consumer consumer, int count) throws InterruptedException {
        List<Delivery> held = new ArrayList<>();
        while (held.size() < count) {
            List<Delivery> taken = consumer.poll(count - held.size(), Fixture.PATIENCE);
            if (taken.isEmpty()) {
                throw new AssertionError(held.size() + " came, " + count + " were to come");
            }
            held.addAll(taken);
        }
        held.forEach(one -> one.onLost(lost::incrementAndGet));
        return held;
    }

    Delivery hold(Broker.Consumer consumer) throws InterruptedException {
        return hold(consumer, 1).get(0);
    }

    /** Takes one, and waits until a copy in the holding queue stands for it. */
    Delivery holdHandedOver(Broker.Consumer consumer) throws InterruptedException {
        Delivery held = hold(consumer);
        awaitHandedOver(List.of(held));
        return held;
    }

    void awaitHandedOver(List<Delivery> held) {
        Awaitility.await("hand-over")
                .atMost(Fixture.PATIENCE)
                .until(() -> held.stream().allMatch(one -> ((RabbitDelivery) one).isHandedOver()));
    }

    void awaitLost(int count) {
        Awaitility.await("told of the loss")
                .atMost(Fixture.PATIENCE)
                .untilAsserted(() -> assertThat(lost).hasValueGreaterThanOrEqualTo(count));
    }

    static void letPass(Duration time) {
        Awaitility.await("time to pass")
                .pollDelay(time)
                .atMost(time.plus(Fixture.PATIENCE))
                .until(() -> true);
    }

    static void ack(Delivery delivery) {
        Settled outcome = Fixture.settle(delivery, Settlement.ack());
        if (outcome != Settled.SENT) {
            throw new AssertionError("settled as " + outcome);
        }
    }

    @Override
    public void close() {
        try {
            fixture.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (Exception e) {
            throw new IllegalStateException("cannot clean up", e);
        }
    }
}
