package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The delay levels on the real server. */
class DelaysTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    @Test
    void aDelayedMessageForOneQueueDoesNotReachAQueueWhoseNameEndsItsName() throws InterruptedException {
        Broker broker = fixture.broker("");
        String name = Fixture.newName();
        QueueSpec longer = fixture.queue(broker, "a." + name);
        QueueSpec shorter = fixture.queue(broker, name);
        broker.declare(longer);
        broker.declare(shorter);
        Fixture.publish(broker, Fixture.to(shorter, "own").delayedBy(SECOND));
        Fixture.publish(broker, Fixture.to(longer, "other").delayedBy(SECOND));

        Broker.Consumer ofShorter = fixture.consumer(broker, shorter, 10);
        Broker.Consumer ofLonger = fixture.consumer(broker, longer, 10);

        assertThat(Fixture.id(Fixture.one(ofShorter))).isEqualTo("own");
        assertThat(Fixture.id(Fixture.one(ofLonger))).isEqualTo("other");
        assertThat(ofShorter.poll(10, Duration.ofMillis(500))).isEmpty();
    }

    @Test
    @DisplayName("P17: five retries through the delay levels; the server sees no cycle")
    void fiveRetriesGoThroughTheDelayLevels() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        Fixture.publish(broker, Fixture.to(queue, "m"));

        for (int delivery = 1; delivery <= 5; delivery++) {
            Delivery taken = Fixture.one(consumer);
            assertThat(taken.deliveryCount()).isEqualTo(delivery);
            assertThat(taken.message().message().headers().keySet()).noneMatch(header -> header.startsWith("x-"));
            assertThat(Fixture.settle(taken, Settlement.release(SECOND)).accepted())
                    .isTrue();
        }
        assertThat(Fixture.one(consumer).deliveryCount()).isEqualTo(6);
    }

    @Test
    void whatIsDelayedForADeletedQueueGoesToItsDeadLettersAndHoldsUpNobody() {
        Broker broker = fixture.broker("");
        QueueSpec gone = fixture.declared(broker);
        QueueSpec there = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(gone, "homeless").delayedBy(SECOND));

        broker.admin().delete(gone);
        Fixture.publish(broker, Fixture.to(there, "after").delayedBy(SECOND));

        assertThat(Fixture.id(Fixture.one(fixture.consumer(broker, there, 1)))).isEqualTo("after");
        broker.declare(QueueSpec.of(gone.name()));
        Awaitility.await()
                .atMost(Fixture.PATIENCE)
                .until(() -> !broker.admin().deadLetters(gone, 1).isEmpty());
        List<DeadLetter> letters = broker.admin().deadLetters(gone, 10);
        assertThat(letters).hasSize(1);
        assertThat(letters.get(0).reason()).isEqualTo("queue-deleted");

        assertThat(broker.admin().resend(gone, letters.get(0).id())).isTrue();
        assertThat(Fixture.id(Fixture.one(fixture.consumer(broker, gone, 1)))).isEqualTo("homeless");
    }

    @Test
    void aQueueThatIsMadeAgainGetsItsDelayedMessagesAgain() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        broker.admin().delete(queue);
        broker.declare(queue);

        Fixture.publish(broker, Fixture.to(queue, "m").delayedBy(SECOND));

        assertThat(Fixture.id(Fixture.one(fixture.consumer(broker, queue, 1)))).isEqualTo("m");
        assertThat(broker.admin().deadLetters(queue, 1)).isEmpty();
    }
}
