package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.Channel;
import io.lovage.internal.time.NamedThreads;
import io.lovage.rabbitmq.HoldingRoom.Means;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testing.ManualClock;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * What is handed over while time passes at the worst moment. The holding room is the real one, on the real server; its
 * leases go by a clock that leaps, and its timers by one that stands still.
 */
class HandOverTest extends DeliveryTest {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final ManualClock timers = new ManualClock();
    private final SkippingClock clock = new SkippingClock(timers);
    private final CountDownLatch moveEnded = new CountDownLatch(1);
    private volatile Duration passesBeforePublishing = Duration.ZERO;
    private volatile Duration passesBeforeLettingGo = Duration.ZERO;
    private HoldingRoom room;

    /** Acknowledges the original as soon as it is asked to. */
    private final class Consumer implements HoldingRoom.Host {
        @Override
        public void letGo(HeldCopy copy) {
            clock.skip(passesBeforeLettingGo);
            copy.delivery().letGo();
            try {
                bare.basicAck(copy.delivery().tag(), false);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            room.letGone(copy, Settled.SENT);
        }

        @Override
        public void lessIsHeld() {
            moveEnded.countDown();
        }
    }

    @BeforeEach
    void openRoom() {
        Settling settling = settling(clock, time);
        Link link = broker.taking();
        Means means = new Means(link, link, settling.publisher(), Duration.ofHours(1), task -> {
            clock.skip(passesBeforePublishing);
            task.run();
        });
        room = new HoldingRoom(settling, means, new Consumer(), new NamedThreads("test"));
    }

    @AfterEach
    void closeRoom() {
        if (room != null) {
            room.close(LIMIT);
        }
    }

    /** Takes a message, has it handed over, and returns when that has come to something. */
    private RabbitDelivery handOver() throws Exception {
        RabbitDelivery delivery = taken(settling(clock, time));
        delivery.onLost(() -> told.add("lost"));
        room.receive(List.of(delivery));
        assertThat(moveEnded.await(LIMIT.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return delivery;
    }

    private String holdingQueue() {
        return holdingQueues().get(0);
    }

    private List<String> holdingQueues() {
        return server.control("list_queues", "name")
                .lines()
                .filter(name -> name.startsWith(tasks.name() + ".holding."))
                .toList();
    }

    private void deleteHoldingQueue() throws Exception {
        try (Channel operator = connection.createChannel()) {
            operator.queueDelete(holdingQueue());
        }
    }

    /**
     * The story: a memory alarm kept the copy from the server for longer than its lease. When it was confirmed at last,
     * the original, which nothing was wrong with, was acknowledged, and the task given to somebody else while it ran.
     */
    @Test
    @DisplayName("R4.2 a copy that is confirmed too late does not take the place of its original")
    void aCopyThatIsConfirmedTooLateIsOneTooMany() throws Exception {
        passesBeforePublishing = LEASE;
        RabbitDelivery delivery = handOver();

        Awaitility.await("the copy is removed")
                .atMost(LIMIT)
                .untilAsserted(() -> assertThat(server.control("list_queues", "name", "messages")
                                .lines())
                        .contains(holdingQueue() + "\t0"));
        assertThat(delivery.isHandedOver()).isFalse();
        assertThat(get(delivery.settle(Settlement.ack()))).isEqualTo(Settled.SENT);
        assertThat(waiting()).isZero();
        assertThat(told).isEmpty();
    }

    /** It may be over before the next round comes to it. */
    @Test
    @DisplayName("R4.2 nor does one of whose lease half has passed")
    void norDoesOneOfWhoseLeaseHalfHasPassed() throws Exception {
        passesBeforePublishing = LEASE.dividedBy(2);

        assertThat(handOver().isHandedOver()).isFalse();
        assertThat(told).isEmpty();
    }

    @Test
    @DisplayName("R4.2 what could not be handed over in time is handed over the next time")
    void whatCouldNotBeHandedOverInTimeIsHandedOverTheNextTime() throws Exception {
        passesBeforePublishing = LEASE;
        RabbitDelivery delivery = handOver();
        passesBeforePublishing = Duration.ZERO;

        room.receive(List.of(delivery));

        Awaitility.await("hand-over").atMost(LIMIT).until(delivery::isHandedOver);
        assertThat(get(delivery.settle(Settlement.ack()))).isEqualTo(Settled.SENT);
        assertThat(told).isEmpty();
    }

    /**
     * The story: the copy was there in time, but ending the subscriptions took the rest of its lease. The original was
     * acknowledged, the task given to somebody else, and whoever ran it here was never told.
     */
    @Test
    @DisplayName("R4.4 a lease that ends between the confirm and the end of the original is told")
    void aLeaseThatEndsBeforeTheOriginalDoesIsTold() throws Exception {
        passesBeforeLettingGo = LEASE;
        RabbitDelivery delivery = handOver();

        assertThat(told).containsExactly("lost");
        assertThat(get(delivery.settle(Settlement.ack()))).isEqualTo(Settled.LEASE_LOST);
        awaitWaiting();
    }

    /** The log said that it goes home when its lease is over, but there was nothing left that could. */
    @Test
    @DisplayName("R3.8 what was held in a queue that was deleted just before the end is given back")
    void whatWasHeldInADeletedQueueIsGivenBackAtTheEnd() throws Exception {
        handOver();
        deleteHoldingQueue();

        room.close(LIMIT);

        awaitWaiting();
        assertThat(told).containsExactly("lost");
        assertThat(holdingQueues()).isEmpty();
    }

    @Test
    @DisplayName("R3.8 what was settled before its holding queue was deleted is not given back")
    void whatWasSettledBeforeItsQueueWasDeletedIsNotGivenBack() throws Exception {
        RabbitDelivery delivery = handOver();
        assertThat(get(delivery.settle(Settlement.ack()))).isEqualTo(Settled.SENT);
        deleteHoldingQueue();

        room.close(LIMIT);

        assertThat(waiting()).isZero();
    }

    /** By our clock its lease was over, by the server's not yet, when somebody deleted the queue. */
    @Test
    @DisplayName("R3.8 what was to go home from a queue that was deleted goes home from the next one")
    void whatWasToGoHomeFromADeletedQueueGoesHomeFromTheNext() throws Exception {
        handOver();
        deleteHoldingQueue();

        clock.skip(LEASE);

        Awaitility.await("the task is in its queue again").atMost(LIMIT).untilAsserted(() -> {
            timers.advance(LEASE.dividedBy(2));
            assertThat(waiting()).isEqualTo(1);
        });
        assertThat(told).containsExactly("lost");
    }
}
