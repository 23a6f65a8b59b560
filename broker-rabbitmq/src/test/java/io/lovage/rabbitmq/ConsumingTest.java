package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testservers.FaultProxy;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Taking and settling on the real server: what the kit cannot see. */
class ConsumingTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    @Test
    void aConsumerOpensItsChannelAgainAfterTheConsumerTimeout() throws InterruptedException {
        TestRabbit.server().control("eval", "application:set_env(rabbit, consumer_timeout, 2000).");
        try {
            Broker broker = fixture.broker("");
            QueueSpec queue = fixture.declared(broker);
            Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
            Fixture.publish(broker, Fixture.to(queue, "long"));
            CountDownLatch lost = new CountDownLatch(1);
            Delivery held = Fixture.one(consumer);
            held.onLost(lost::countDown);

            assertThat(lost.await(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            Delivery again = Fixture.one(consumer);

            assertThat(again.deliveryCount()).isEqualTo(2);
            assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
            assertThat(Fixture.settle(again, Settlement.ack())).isEqualTo(Settled.SENT);
        } finally {
            TestRabbit.server().control("eval", "application:set_env(rabbit, consumer_timeout, 1800000).");
        }
    }

    /*
     * The story: the server stood still for longer than a question may take, and for less than the heartbeat, just when a
     * consumer paused. The consumer told that its leases were lost, and went on with another channel; but the old one
     * was still open, and the server kept for it what nobody had any more: for half an hour, or as long as the
     * connection lived.
     */
    @Test
    @DisplayName("R4.4 what a consumer has given up for lost comes again, also when its connection lives on")
    void whatAConsumerHasGivenUpForLostComesAgain() throws InterruptedException {
        FaultProxy proxy = fixture.ends(FaultProxy.to(TestRabbit.server().port()));
        Duration patience = Duration.ofSeconds(10);
        Broker broker = fixture.connect(proxy.url(TestRabbit.url("heartbeat=5m")), patience, Fixture.PATIENCE);
        Broker other = fixture.broker("");
        QueueSpec queue = fixture.declared(other);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        Fixture.publish(other, Fixture.to(queue, "one"));
        CountDownLatch lost = new CountDownLatch(1);
        Fixture.one(consumer).onLost(lost::countDown);

        proxy.blackHole(FaultProxy.Direction.TO_CLIENT);
        consumer.pause();
        assertThat(lost.await(Fixture.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        proxy.pass();

        assertThat(Fixture.one(fixture.consumer(other, queue, 1)).deliveryCount())
                .isEqualTo(2);
    }

    /**
     * The server counts the prefetch for each subscription, and the new one does not know of what came over the old.
     */
    @Test
    @DisplayName("R2.2 a pause does not raise the prefetch")
    void aPauseDoesNotRaiseThePrefetch() throws InterruptedException {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 2);
        Fixture.publish(broker, Fixture.to(queue, "m1"), Fixture.to(queue, "m2"));
        List<Delivery> held = new ArrayList<>();
        while (held.size() < 2) {
            held.addAll(consumer.poll(2, Fixture.PATIENCE));
        }
        consumer.pause();
        consumer.resume();

        Fixture.publish(broker, Fixture.to(queue, "m3"), Fixture.to(queue, "m4"));
        assertThat(consumer.poll(1, Duration.ofSeconds(1))).isEmpty();
        Fixture.settle(held.get(0), Settlement.ack());
        assertThat(Fixture.id(Fixture.one(consumer))).isEqualTo("m3");
        assertThat(consumer.poll(1, Duration.ofSeconds(1))).isEmpty();
        Fixture.settle(held.get(1), Settlement.ack());
        assertThat(Fixture.id(Fixture.one(consumer))).isEqualTo("m4");
    }

    @Test
    void aQueueDeletedUnderItsConsumerIsAClearError() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);

        broker.admin().delete(queue);

        assertThatThrownBy(() -> consumer.poll(1, Fixture.PATIENCE))
                .isInstanceOf(QueueNotFoundException.class)
                .hasMessageContaining(queue.name());
    }

    @Test
    void consumingFromAQueueThatIsNotThereIsAClearError() {
        Broker broker = fixture.broker("");
        assertThatThrownBy(() -> fixture.consumer(broker, QueueSpec.of(Fixture.newName()), 1))
                .isInstanceOf(QueueNotFoundException.class);
    }

    /**
     * Without the rebase the server would drop this message after its third delivery: it has no dead-letter exchange.
     */
    @Test
    void theServersOwnLimitNeverTakesAMessageAway() throws IOException {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.queue(broker, Fixture.newName());
        fixture.bare()
                .createChannel()
                .queueDeclare(
                        queue.name(), true, false, false, Map.of("x-queue-type", "quorum", "x-delivery-limit", 2));
        broker.declare(queue);
        Fixture.publish(broker, Fixture.to(queue, "m"));

        for (int delivery = 1; delivery <= 8; delivery += 2) {
            Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
            Delivery released = Fixture.one(consumer);
            assertThat(released.deliveryCount()).isEqualTo(delivery);
            Fixture.settle(released, Settlement.release(Duration.ZERO));
            // A consumer that closes before it has this one again may have it counted, on a busy server.
            assertThat(Fixture.one(consumer).deliveryCount()).isEqualTo(delivery + 1);
            consumer.close();
        }
    }

    @Test
    void whateverTheOrderOfAcknowledgementsNothingElseIsAcknowledged() throws InterruptedException {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        List<io.lovage.spi.OutboundMessage> messages = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            messages.add(Fixture.to(queue, "m" + i));
        }
        Fixture.get(broker.publish(messages));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 400);
        List<Delivery> taken = new ArrayList<>();
        while (taken.size() < 400) {
            taken.addAll(consumer.poll(400, Fixture.PATIENCE));
        }
        long seed = System.identityHashCode(this);
        Collections.shuffle(taken, new Random(seed));
        List<CompletionStage<Settled>> answers = new ArrayList<>();
        for (Delivery delivery : taken.subList(0, 350)) {
            answers.add(delivery.settle(Settlement.ack()));
        }
        answers.forEach(answer -> assertThat(Fixture.get(answer)).isEqualTo(Settled.SENT));
        List<String> kept = taken.subList(350, 400).stream().map(Fixture::id).toList();
        consumer.close();

        Awaitility.await("seed " + seed)
                .atMost(Fixture.PATIENCE)
                .until(() -> broker.admin().stats(queue).ready().orElse(-1) == 50);
        Broker.Consumer rest = fixture.consumer(broker, queue, 50);
        List<String> again = new ArrayList<>();
        while (again.size() < 50) {
            rest.poll(50, Fixture.PATIENCE).forEach(delivery -> again.add(Fixture.id(delivery)));
        }
        assertThat(again).as("seed %d", seed).containsExactlyInAnyOrderElementsOf(kept);
    }
}
