package io.lovage.internal.memory;

import static io.lovage.internal.memory.Fixture.INSTANT;
import static io.lovage.internal.memory.Fixture.LEASE;
import static io.lovage.internal.memory.Fixture.QUEUE;
import static io.lovage.internal.memory.Fixture.ack;
import static io.lovage.internal.memory.Fixture.id;
import static io.lovage.internal.memory.Fixture.settle;
import static io.lovage.internal.memory.Fixture.take;
import static io.lovage.internal.memory.Fixture.takeOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker.Consumer;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.LeaseModel;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemoryLeaseTest {
    private final Fixture memory = new Fixture();
    private final List<String> lost = new ArrayList<>();

    @AfterEach
    void close() {
        memory.close();
    }

    private void noteLoss(Delivery delivery) {
        delivery.onLost(() -> lost.add(id(delivery)));
    }

    @Nested
    class Renewal {
        @Test
        @DisplayName("R4.2 renewed: never redelivered, however long")
        void renewedNeverRedelivered() throws InterruptedException {
            memory.publish("a");
            Delivery held = takeOne(memory.consumer());
            noteLoss(held);
            memory.clock.advance(Duration.ofDays(1));
            assertThat(take(memory.consumer())).isEmpty();
            assertThat(lost).isEmpty();
            assertThat(ack(held)).isEqualTo(Settled.APPLIED);
        }

        @Test
        @DisplayName("R4.1 not renewed: redelivered, not before the lease ends")
        void notRenewedRedeliveredNotBeforeTheLeaseEnds() throws InterruptedException {
            memory.publish("a");
            noteLoss(takeOne(memory.withoutRenewal()));
            Consumer other = memory.consumer();
            memory.clock.advance(LEASE.minus(INSTANT));
            assertThat(take(other)).isEmpty();
            assertThat(lost).isEmpty();
            memory.clock.advance(INSTANT);
            assertThat(lost).containsExactly("a");
            assertThat(takeOne(other).deliveryCount()).isEqualTo(2);
        }

        @Test
        @DisplayName("R4.1 abandoned: the others are kept, this one ends with its last renewal")
        void abandonedEndsWithItsLastRenewal() throws InterruptedException {
            memory.publish("kept", "left");
            List<Delivery> held = take(memory.consumer());
            held.forEach(MemoryLeaseTest.this::noteLoss);
            memory.clock.advance(LEASE);
            held.get(1).abandon();
            held.get(1).abandon();
            memory.clock.advance(LEASE);
            assertThat(lost).containsExactly("left");
            memory.clock.advance(LEASE.multipliedBy(5));
            assertThat(lost).containsExactly("left");
            assertThat(id(takeOne(memory.connect().consume(ConsumeSpec.of(QUEUE, 1)))))
                    .isEqualTo("left");
            assertThat(ack(held.get(0))).isEqualTo(Settled.APPLIED);
        }

        @Test
        void anAbandonedDeliveryMayStillBeSettledInTime() throws InterruptedException {
            memory.publish("a");
            Delivery held = takeOne(memory.consumer());
            held.abandon();
            memory.clock.advance(LEASE.minus(INSTANT));
            assertThat(ack(held)).isEqualTo(Settled.APPLIED);
            held.abandon();
            memory.clock.advance(LEASE);
            assertThat(memory.ready()).isZero();
        }

        @Test
        @DisplayName("R4.6 leases and delays follow the clock of the space, not the worker's wall clock")
        void leasesFollowTheClockOfTheSpace() throws InterruptedException {
            TimeSource skewed = new TimeSource() {
                @Override
                public Instant now() {
                    return memory.clock.now().plus(Duration.ofHours(1));
                }

                @Override
                public long nanoTime() {
                    return memory.clock.nanoTime();
                }

                @Override
                public Timer after(Duration delay, Runnable action) {
                    return memory.clock.after(delay, action);
                }
            };
            memory.publish("a");
            try (MemoryBroker other = Fixture.connect(memory.url, skewed)) {
                takeOne(other.consume(ConsumeSpec.of(QUEUE, 1).withoutRenewal()));
                memory.clock.advance(LEASE.minus(INSTANT));
                assertThat(memory.ready()).isZero();
                memory.clock.advance(INSTANT);
                assertThat(memory.ready()).isEqualTo(1);
            }
        }

        @Test
        void tasksThatEndSoonAreNeverRenewed() throws InterruptedException {
            Consumer consumer = memory.consumer();
            for (int i = 0; i < 1000; i++) {
                memory.publish("t" + i);
                ack(takeOne(consumer));
            }
            assertThat(memory.clock.waitingActions()).isEqualTo(1);
        }
    }

    @Nested
    class Loss {
        @Test
        @DisplayName("R3.6 R4.4 a late settlement answers LEASE_LOST and leaves the new owner alone")
        void aLateSettlementLeavesTheNewOwnerAlone() throws InterruptedException {
            memory.publish("a");
            Delivery late = takeOne(memory.withoutRenewal());
            memory.clock.advance(LEASE);
            Delivery owned = takeOne(memory.consumer());
            assertThat(settle(late, Settlement.deadLetter("late"))).isEqualTo(Settled.LEASE_LOST);
            assertThatThrownBy(() -> late.settle(Settlement.ack())).isInstanceOf(IllegalStateException.class);
            assertThat(memory.inFlight()).isEqualTo(1);
            assertThat(memory.dead()).isZero();
            assertThat(ack(owned)).isEqualTo(Settled.APPLIED);
        }

        @Test
        @DisplayName("R4.1 R4.5 a settlement after the deadline is late, also when nobody has noticed yet")
        void aSettlementAfterTheDeadlineIsLate() throws InterruptedException {
            // a handler that goes on after SIGSTOP may be faster than the timer that would tell it
            memory.publish("a");
            Delivery late = takeOne(memory.consumer());
            memory.broker.freeze();
            memory.clock.advance(LEASE);
            assertThat(ack(late)).isEqualTo(Settled.LEASE_LOST);
            assertThat(memory.ready()).isEqualTo(1);
        }

        @Test
        @DisplayName("R4.4 onLost runs at once when the lease is lost already, never after a settlement")
        void onLostRunsAtOnceWhenLostNeverAfterASettlement() throws InterruptedException {
            memory.publish("settled", "lost");
            List<Delivery> held = take(memory.withoutRenewal());
            noteLoss(held.get(0));
            ack(held.get(0));
            noteLoss(held.get(0));
            memory.clock.advance(LEASE);
            noteLoss(held.get(1));
            assertThat(lost).containsExactly("lost");
            memory.clock.advance(LEASE);
            assertThat(lost).containsExactly("lost");
        }

        @Test
        void everyOnLostActionRunsOnceAlsoWhenAnotherThrows() throws InterruptedException {
            memory.publish("a");
            Delivery held = takeOne(memory.withoutRenewal());
            held.onLost(() -> {
                throw new IllegalStateException("on purpose, its log line is expected");
            });
            noteLoss(held);
            noteLoss(held);
            memory.clock.advance(LEASE);
            assertThat(lost).containsExactly("a", "a");
        }
    }

    @Nested
    class Faults {
        @Test
        @DisplayName(
                "R4.3 killed: redelivered when the lease ends, nobody there hears of it, late calls change nothing")
        void killedRedeliveredWhenTheLeaseEnds() throws InterruptedException {
            MemoryBroker doomed = memory.connect();
            memory.publish("a", "b");
            Consumer consumer = doomed.consume(ConsumeSpec.of(QUEUE, 10));
            List<Delivery> held = take(consumer);
            held.forEach(MemoryLeaseTest.this::noteLoss);
            memory.clock.advance(Duration.ofSeconds(25));
            doomed.crash();
            doomed.crash();
            assertThat(ack(held.get(0))).isEqualTo(Settled.UNKNOWN);
            assertThatThrownBy(() -> held.get(0).settle(Settlement.ack())).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> take(consumer)).isInstanceOf(BrokerUnavailableException.class);
            consumer.close();
            doomed.close();
            assertThat(memory.ready()).isZero();
            // last renewed at 20 s
            memory.clock.advance(Duration.ofSeconds(25));
            List<Delivery> again = take(memory.consumer());
            assertThat(again).extracting(Delivery::deliveryCount).containsExactly(2, 2);
            assertThat(lost).isEmpty();
        }

        @Test
        @DisplayName("R4.5 frozen past its lease, then resumed: onLost has run, its late settlement changes nothing")
        void frozenPastItsLeaseLearnsThatItLost() throws InterruptedException {
            MemoryBroker frozen = memory.connect();
            memory.publish("a");
            Delivery held = takeOne(frozen.consume(ConsumeSpec.of(QUEUE, 10)));
            noteLoss(held);
            frozen.freeze();
            memory.clock.advance(LEASE);
            Delivery owned = takeOne(memory.consumer());
            assertThat(owned.deliveryCount()).isEqualTo(2);
            memory.clock.advance(LEASE);
            assertThat(lost).isEmpty();
            frozen.thaw();
            assertThat(lost).containsExactly("a");
            assertThat(ack(held)).isEqualTo(Settled.LEASE_LOST);
            assertThat(ack(owned)).isEqualTo(Settled.APPLIED);
        }

        @Test
        @DisplayName("R4.5 frozen past its lease, and nobody took it: lost all the same")
        void frozenPastItsLeaseAndNobodyTookIt() throws InterruptedException {
            MemoryBroker frozen = memory.connect();
            memory.publish("a");
            Delivery held = takeOne(frozen.consume(ConsumeSpec.of(QUEUE, 10)));
            noteLoss(held);
            frozen.freeze();
            memory.clock.advance(LEASE);
            frozen.thaw();
            assertThat(lost).containsExactly("a");
            assertThat(memory.ready()).isEqualTo(1);
        }

        @Test
        void frozenForLessThanItsLeaseLosesNothing() throws InterruptedException {
            memory.publish("a", "b");
            Consumer consumer = memory.broker.consume(ConsumeSpec.of(QUEUE, 10));
            Delivery held = takeOne(consumer);
            memory.broker.freeze();
            assertThat(take(consumer)).isEmpty();
            memory.clock.advance(LEASE.minus(INSTANT));
            memory.broker.thaw();
            memory.broker.thaw();
            memory.clock.advance(Duration.ofHours(1));
            assertThat(id(takeOne(consumer))).isEqualTo("b");
            assertThat(ack(held)).isEqualTo(Settled.APPLIED);
        }
    }

    @Nested
    class HarderBrokers {
        @Test
        @DisplayName("answers=sent: SENT, leases last as long as the connection, a crash gives back at once")
        void answersSentBindsLeasesToTheConnection() throws InterruptedException {
            try (Fixture rabbit = new Fixture("?answers=sent")) {
                assertThat(rabbit.broker.capabilities().answersSettlement()).isFalse();
                assertThat(rabbit.broker.capabilities().lease()).isInstanceOf(LeaseModel.WhileConnected.class);
                MemoryBroker doomed = rabbit.connect();
                rabbit.publish("a", "b");
                Consumer consumer = doomed.consume(ConsumeSpec.of(QUEUE, 10).withoutRenewal());
                List<Delivery> held = take(consumer);
                rabbit.clock.advance(LEASE.multipliedBy(100));
                assertThat(ack(held.get(0))).isEqualTo(Settled.SENT);
                doomed.crash();
                assertThat(takeOne(rabbit.consumer()).deliveryCount()).isEqualTo(2);
            }
        }

        @Test
        void answersSentGivesAnAbandonedDeliveryBackAtOnce() throws InterruptedException {
            try (Fixture rabbit = new Fixture("?answers=sent")) {
                rabbit.publish("a");
                Delivery held = takeOne(rabbit.consumer());
                noteLoss(held);
                held.abandon();
                assertThat(lost).containsExactly("a");
                assertThat(ack(held)).isEqualTo(Settled.LEASE_LOST);
                assertThat(rabbit.ready()).isEqualTo(1);
            }
        }

        @Test
        @DisplayName("R7.3 counts=lower-bound: a crash forgets the hand-out it ended, a release does not")
        void lowerBoundCountsForgetCrashes() throws InterruptedException {
            try (Fixture kafka = new Fixture("?counts=lower-bound")) {
                MemoryBroker doomed = kafka.connect();
                kafka.publish("a");
                settle(takeOne(doomed.consume(ConsumeSpec.of(QUEUE, 10))), Settlement.release(Duration.ZERO));
                takeOne(doomed.consume(ConsumeSpec.of(QUEUE, 10)));
                doomed.crash();
                kafka.clock.advance(LEASE);
                assertThat(takeOne(kafka.consumer()).deliveryCount()).isEqualTo(2);
            }
        }

        @Test
        void aForcedLeaseReplacesThatOfEveryQueue() throws InterruptedException {
            try (Fixture forced = new Fixture("?lease=2s")) {
                forced.publish("a");
                takeOne(forced.withoutRenewal());
                forced.clock.advance(Duration.ofSeconds(2));
                assertThat(forced.ready()).isEqualTo(1);
            }
        }

        @Test
        void aSettlementThatFailsOnACrashedConnectionIsNotReportedAsAnError() throws InterruptedException {
            memory.publish("a");
            MemoryBroker doomed = memory.connect();
            Delivery held = takeOne(doomed.consume(ConsumeSpec.of(QUEUE, 1)));
            doomed.crash();
            held.abandon();
            assertThat(ack(held)).isEqualTo(Settled.UNKNOWN);
            assertThatThrownBy(() -> Fixture.get(doomed.publish(List.of(Fixture.outbound("x")))))
                    .isInstanceOf(CompletionException.class);
        }
    }
}
