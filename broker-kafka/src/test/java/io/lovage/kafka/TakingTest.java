package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.message;
import static io.lovage.fixtures.BrokerFixture.one;
import static io.lovage.fixtures.BrokerFixture.publish;
import static io.lovage.fixtures.BrokerFixture.settle;
import static io.lovage.fixtures.BrokerFixture.to;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Against a real server, with the usual lease of 30 s. */
class TakingTest {
    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    private Broker connect(String options) {
        return fixture.connect(TestKafka.server().url() + options);
    }

    private static String id(Delivery delivery) {
        return delivery.message().message().properties().correlationId().orElseThrow();
    }

    private static List<Delivery> take(Broker.Consumer consumer, int count) {
        List<Delivery> taken = new ArrayList<>();
        while (taken.size() < count) {
            taken.add(one(consumer));
        }
        return taken;
    }

    private static OutboundMessage[] messages(QueueSpec queue, int count) {
        return IntStream.range(0, count).mapToObj(i -> to(queue, "m" + i)).toArray(OutboundMessage[]::new);
    }

    /** Against a server; how often it is asked, and that no lane goes down, {@link CrowdedConsumerTest} tells. */
    @Test
    @DisplayName("R10.4 a share group that is full lets a consumer go on with the lanes that it has")
    void aConsumerGoesOnWithTheLanesThatAFullGroupLetsIn() {
        KafkaServer small = fixture.ends(TestServers.startKafka(
                        io.lovage.testservers.KafkaOptions.ofDefaults().config("group.share.max.size", "2"))
                .orSkip(Assumptions::abort));
        Broker broker = fixture.connect(small.url() + "?profile=lane&lanes=4");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, messages(queue, 8));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 4);

        for (int i = 0; i < 8; i++) {
            assertThat(settle(one(consumer), Settlement.ack())).isEqualTo(Settled.APPLIED);
        }
    }

    @Test
    @DisplayName("R3 a delivery is settled in each of the four ways")
    void aDeliveryIsSettledInEachOfTheFourWays() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        QueueSpec next = fixture.declared(broker);
        publish(broker, messages(queue, 3));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);

        assertThat(settle(one(consumer), Settlement.release(Duration.ZERO))).isEqualTo(Settled.APPLIED);
        List<String> acknowledged = new ArrayList<>();
        Set<Integer> counts = new HashSet<>();
        for (Settlement how : List.of(
                Settlement.ack(), Settlement.ackAfter(List.of(to(next, "next"))), Settlement.deadLetter("broken"))) {
            Delivery delivery = one(consumer);
            acknowledged.add(id(delivery));
            counts.add(delivery.deliveryCount());
            assertThat(settle(delivery, how)).as("%s", how).isEqualTo(Settled.APPLIED);
        }

        assertThat(acknowledged).containsExactlyInAnyOrder("m0", "m1", "m2");
        assertThat(counts).containsExactlyInAnyOrder(1, 2);
        assertThat(id(one(fixture.consumer(broker, next, 1)))).isEqualTo("next");
        assertThat(broker.admin().deadLetters(queue, 10))
                .singleElement()
                .satisfies(letter -> assertThat(letter.reason()).isEqualTo("broken"));
    }

    @Test
    void sixteenTasksRunAtOnceFromATopicWithOnePartition() {
        Broker broker = connect("?profile=lane");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, messages(queue, 16));

        List<Delivery> atOnce = take(fixture.consumer(broker, queue, 16), 16);

        assertThat(atOnce.stream().map(TakingTest::id)).doesNotHaveDuplicates();
        assertThat(atOnce)
                .allSatisfy(delivery ->
                        assertThat(settle(delivery, Settlement.ack())).isEqualTo(Settled.APPLIED));
    }

    @Test
    @DisplayName("a long task holds back nobody: lanes of one message take over from the batch it came in")
    void aLongTaskHoldsBackNobody() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, to(queue, "long"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 2);
        Delivery held = one(consumer);
        publish(broker, messages(queue, 6));

        Set<String> others = new HashSet<>();
        while (others.size() < 6) {
            Delivery other = one(consumer);
            others.add(id(other));
            settle(other, Settlement.ack());
        }

        assertThat(others).doesNotContain("long");
        assertThat(settle(held, Settlement.ack())).isEqualTo(Settled.APPLIED);
    }

    @Test
    @DisplayName("R7.4 what was never handed out is given back uncounted")
    void whatWasNeverHandedOutIsGivenBackUncounted() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, messages(queue, 5));
        Broker.Consumer draining = fixture.consumer(broker, queue, 5);
        Delivery held = one(draining);

        BrokerFixture.get(draining.drain());
        List<Delivery> others = take(fixture.consumer(connect(""), queue, 4), 4);

        assertThat(others)
                .allSatisfy(delivery -> assertThat(delivery.deliveryCount()).isEqualTo(1));
        assertThat(settle(held, Settlement.ack())).isEqualTo(Settled.APPLIED);
    }

    /** Whatever is before the others in the queue was refused with its batch, and came behind them: for ever. */
    @Test
    @DisplayName(
            "R7.4 the first message that was handed out before runs at once, and what was fetched with it is uncounted")
    void whatWasHandedOutBeforeIsNotPutBehindTheOthers() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, to(queue, "first"), to(queue, "second"), to(queue, "third"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 3);
        List<Delivery> held = take(consumer, 3);
        publish(broker, messages(queue, 60));

        settle(held.get(0), Settlement.release(Duration.ZERO));
        settle(held.get(1), Settlement.release(Duration.ZERO));
        settle(held.get(2), Settlement.ack());
        Delivery again = one(consumer);
        assertThat(id(again)).isEqualTo("first");
        assertThat(again.deliveryCount()).isEqualTo(2);
        settle(again, Settlement.ack());
        Map<String, Integer> counts = new HashMap<>();
        for (int i = 0; i < 61; i++) {
            Delivery other = one(consumer);
            counts.put(id(other), other.deliveryCount());
            settle(other, Settlement.ack());
        }

        assertThat(counts).hasSize(61).containsEntry("second", 2).doesNotContainKey("first");
        counts.remove("second");
        assertThat(counts.values()).containsOnly(1);
    }

    @Test
    @DisplayName("R7.4 what runs alone for long holds back nobody")
    void whatRunsAloneForLongHoldsBackNobody() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, to(queue, "long"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 2);
        settle(one(consumer), Settlement.release(Duration.ZERO));
        Delivery held = one(consumer);
        assertThat(held.deliveryCount()).isEqualTo(2);

        publish(broker, to(queue, "other"));
        Delivery other = one(consumer);

        assertThat(id(other)).isEqualTo("other");
        settle(other, Settlement.ack());
        assertThat(settle(held, Settlement.ack())).isEqualTo(Settled.APPLIED);
    }

    @Test
    @DisplayName("R7.4 a message is rebased before the server would drop it, and its count goes on")
    void aMessageIsRebasedBeforeTheServerWouldDropIt() {
        Broker broker = connect("?profile=lane");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, to(queue, "often"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);

        for (int count = 1; count <= 25; count++) {
            Delivery delivery = one(consumer);
            assertThat(delivery.deliveryCount()).isEqualTo(count);
            settle(delivery, Settlement.release(Duration.ZERO));
        }

        settle(one(consumer), Settlement.ack());
    }

    @Test
    @DisplayName("R9.3 a dead letter is sent again as new, or discarded")
    void aDeadLetterIsSentAgainOrDiscarded() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, messages(queue, 2));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        settle(one(consumer), Settlement.deadLetter("first"));
        settle(one(consumer), Settlement.deadLetter("second"));

        var letters = broker.admin().deadLetters(queue, 10);
        assertThat(letters).extracting(letter -> letter.reason()).containsExactly("first", "second");
        assertThat(broker.admin().discard(queue, letters.get(0).id())).isTrue();
        assertThat(broker.admin().resend(queue, letters.get(1).id())).isTrue();

        Delivery again = one(consumer);
        assertThat(id(again)).isEqualTo("m1");
        assertThat(again.deliveryCount()).isEqualTo(1);
        assertThat(again.message().message().headers()).isEqualTo(message("m1").headers());
        assertThat(broker.admin().deadLetters(queue, 10)).isEmpty();
        settle(again, Settlement.ack());
    }

    @Test
    void whatNobodyTakesIsCountedAndPurged() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        publish(broker, messages(queue, 7));

        assertThat(broker.admin().stats(queue).ready()).hasValue(7);
        assertThat(broker.admin().purge(queue)).isEqualTo(7);
        assertThat(broker.admin().purge(queue)).isZero();
    }

    @Test
    void aConsumerOfAQueueThatIsDeletedIsToldSo() {
        Broker broker = connect("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = broker.consume(ConsumeSpec.of(queue, 1));
        fixture.ends(consumer);

        broker.admin().delete(queue);

        assertThatThrownBy(() -> consumer.poll(1, BrokerFixture.PATIENCE))
                .isInstanceOf(QueueNotFoundException.class)
                .hasMessageContaining("its queue was deleted");
    }
}
