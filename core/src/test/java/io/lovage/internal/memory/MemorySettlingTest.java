package io.lovage.internal.memory;

import static io.lovage.internal.memory.Fixture.INSTANT;
import static io.lovage.internal.memory.Fixture.LEASE;
import static io.lovage.internal.memory.Fixture.QUEUE;
import static io.lovage.internal.memory.Fixture.ack;
import static io.lovage.internal.memory.Fixture.id;
import static io.lovage.internal.memory.Fixture.ids;
import static io.lovage.internal.memory.Fixture.message;
import static io.lovage.internal.memory.Fixture.outbound;
import static io.lovage.internal.memory.Fixture.settle;
import static io.lovage.internal.memory.Fixture.take;
import static io.lovage.internal.memory.Fixture.takeOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker.Consumer;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class MemorySettlingTest {
    private final Fixture memory = new Fixture();
    private final Consumer consumer = memory.consumer();

    @AfterEach
    void close() {
        memory.close();
    }

    @Nested
    class Settle {
        @Test
        @DisplayName("R3.1 acknowledged: never again")
        void acknowledgedNeverAgain() throws InterruptedException {
            memory.publish("a");
            assertThat(ack(takeOne(consumer))).isEqualTo(Settled.APPLIED);
            memory.clock.advance(LEASE.multipliedBy(10));
            assertThat(memory.ready() + memory.inFlight()).isZero();
        }

        @Test
        @DisplayName("R3.2 released: again, before what came later, count + 1")
        void releasedAgainBeforeWhatCameLater() throws InterruptedException {
            memory.publish("a", "b", "c", "d");
            List<Delivery> taken = consumer.poll(3, Duration.ZERO);
            settle(taken.get(2), Settlement.release(Duration.ZERO));
            settle(taken.get(0), Settlement.release(Duration.ZERO));
            List<Delivery> again = take(consumer);
            assertThat(ids(again)).containsExactly("a", "c", "d");
            assertThat(again).extracting(Delivery::deliveryCount).containsExactly(2, 2, 1);
        }

        @Test
        @DisplayName("R3.3 released with a delay: not before it")
        void releasedWithADelayNotBeforeIt() throws InterruptedException {
            memory.publish("a");
            settle(takeOne(consumer), Settlement.release(Duration.ofSeconds(10)));
            memory.clock.advance(Duration.ofSeconds(10).minus(INSTANT));
            assertThat(take(consumer)).isEmpty();
            memory.clock.advance(INSTANT);
            assertThat(takeOne(consumer).deliveryCount()).isEqualTo(2);
        }

        @Test
        void aReleaseBeyondTheLongestDelayIsRefusedAndTheDeliveryStaysHeld() throws InterruptedException {
            memory.publish("a");
            Delivery held = takeOne(consumer);
            assertThatThrownBy(() -> settle(held, Settlement.release(Duration.ofDays(40_000))))
                    .isInstanceOf(CompletionException.class)
                    .hasCauseInstanceOf(PublishException.class);
            assertThat(ack(held)).isEqualTo(Settled.APPLIED);
        }

        @Test
        @DisplayName("R3.5 settling twice is an error")
        void settlingTwiceIsAnError() throws InterruptedException {
            memory.publish("a");
            Delivery held = takeOne(consumer);
            ack(held);
            assertThatThrownBy(() -> held.settle(Settlement.ack())).isInstanceOf(IllegalStateException.class);
        }

        @Test
        @DisplayName("R3.8 the messages of AckAfter are held, and the delivery is gone, in one step")
        void theMessagesOfAckAfterAreHeldAndTheDeliveryIsGone() throws InterruptedException {
            memory.publish("a");
            Settlement after = Settlement.ackAfter(List.of(outbound("next-1"), outbound("next-2")));
            assertThat(settle(takeOne(consumer), after)).isEqualTo(Settled.APPLIED);
            assertThat(ids(take(consumer))).containsExactly("next-1", "next-2");
        }

        @Test
        @DisplayName("R3.8 when one message of AckAfter cannot be held, nothing changes and the delivery is still held")
        void whenOneMessageCannotBeHeldNothingChanges() throws InterruptedException {
            memory.publish("a");
            Delivery held = takeOne(consumer);
            Settlement after =
                    Settlement.ackAfter(List.of(outbound("next"), OutboundMessage.to("nobodys", message("lost"))));
            assertThatThrownBy(() -> settle(held, after))
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOfSatisfying(
                            PublishException.class,
                            failure -> assertThat(failure.unconfirmed()).containsExactly("lost"));
            assertThat(memory.ready()).isZero();
            assertThat(memory.inFlight()).isEqualTo(1);
            assertThat(settle(held, Settlement.release(Duration.ZERO))).isEqualTo(Settled.APPLIED);
        }

        @Test
        @DisplayName("R3.6 AckAfter with a lost lease publishes nothing")
        void ackAfterWithALostLeasePublishesNothing() throws InterruptedException {
            memory.publish("a");
            Delivery late = takeOne(memory.withoutRenewal());
            memory.clock.advance(LEASE);
            assertThat(settle(late, Settlement.ackAfter(List.of(outbound("next")))))
                    .isEqualTo(Settled.LEASE_LOST);
            assertThat(ids(take(consumer))).containsExactly("a");
        }
    }

    @Nested
    class DeadLetters {
        @Test
        @DisplayName("R3.4 with reason, headers, body and delivery count, and gone from the queue")
        void withReasonHeadersBodyAndDeliveryCount() throws InterruptedException {
            memory.publish("a");
            settle(takeOne(consumer), Settlement.release(Duration.ZERO));
            Delivery second = takeOne(consumer);
            settle(second, Settlement.deadLetter("bad JSON"));
            assertThat(memory.ready() + memory.inFlight()).isZero();
            assertThat(memory.dead()).isEqualTo(1);
            DeadLetter dead = memory.broker.admin().deadLetters(QUEUE, 10).get(0);
            assertThat(dead.reason()).isEqualTo("bad JSON");
            assertThat(dead.message()).isEqualTo(second.message().message());
            assertThat(dead.deliveryCount()).isEqualTo(2);
            assertThat(dead.at()).contains(memory.clock.now());
        }

        @Test
        @DisplayName("R9.3 sending again resets the counts and keeps the priority; listing and discarding")
        void sendingAgainResetsTheCounts() throws InterruptedException {
            memory.publish(OutboundMessage.to(QUEUE.name(), message("a").withHeader(LovageHeaders.DELIVERY_COUNT, 2))
                    .withPriority(7));
            memory.publish("b");
            for (Delivery delivery : take(consumer)) {
                settle(delivery, Settlement.deadLetter("no handler"));
            }
            List<DeadLetter> dead = memory.broker.admin().deadLetters(QUEUE, 10);
            assertThat(dead).extracting(DeadLetter::deliveryCount).containsExactly(3, 1);
            assertThat(memory.broker.admin().deadLetters(QUEUE, 1)).containsExactly(dead.get(0));
            assertThat(memory.broker.admin().resend(QUEUE, dead.get(0).id())).isTrue();
            assertThat(memory.broker.admin().resend(QUEUE, dead.get(0).id())).isFalse();
            Delivery again = takeOne(consumer);
            assertThat(id(again)).isEqualTo("a");
            assertThat(again.deliveryCount()).isEqualTo(1);
            assertThat(again.message().priority()).isEqualTo(7);
            assertThat(memory.broker.admin().discard(QUEUE, dead.get(1).id())).isTrue();
            assertThat(memory.broker.admin().discard(QUEUE, dead.get(1).id())).isFalse();
            assertThat(memory.dead()).isZero();
        }

        @Test
        void areSeenOnlyByTheQueueTheyComeFrom() throws InterruptedException {
            memory.publish("a");
            settle(takeOne(consumer), Settlement.deadLetter("x"));
            memory.broker.declare(QueueSpec.of("exports"));
            QueueSpec sharing = new QueueSpec("exports", LEASE, 1, QUEUE.deadLetterQueue(), Set.of());
            assertThat(memory.broker.admin().deadLetters(sharing, 10)).isEmpty();
            assertThat(memory.dead()).isEqualTo(1);
        }

        @Test
        void areOldestFirstWhateverTheirPriority() throws InterruptedException {
            for (int priority : new int[] {1, 9, 5}) {
                memory.publish(outbound("p" + priority).withPriority(priority));
                settle(takeOne(consumer), Settlement.deadLetter("x"));
                memory.clock.advance(Duration.ofSeconds(1));
            }
            assertThat(memory.broker.admin().deadLetters(QUEUE, 2))
                    .extracting(
                            dead -> dead.message().properties().correlationId().orElseThrow())
                    .containsExactly("p1", "p9");
        }
    }

    @Nested
    class DeliveryLimit {
        @Test
        @DisplayName("R7.2 one delivery beyond the limit is handed out; when that comes back too, it is dead-lettered")
        void oneDeliveryBeyondTheLimitThenDeadLettered() throws InterruptedException {
            memory.publish("poison");
            for (int count = 1; count <= QUEUE.deliveryLimit() + 1; count++) {
                Delivery delivery = takeOne(consumer);
                assertThat(delivery.deliveryCount()).isEqualTo(count);
                settle(delivery, Settlement.release(Duration.ZERO));
            }
            assertThat(take(consumer)).isEmpty();
            DeadLetter dead = memory.broker.admin().deadLetters(QUEUE, 10).get(0);
            assertThat(dead.reason()).isEqualTo("delivery-limit");
            assertThat(dead.deliveryCount()).isEqualTo(QUEUE.deliveryLimit() + 1);
        }

        @Test
        @DisplayName("R7.2 crashes count like releases, and a delay does not save it")
        void crashesCountLikeReleases() throws InterruptedException {
            memory.publish("poison");
            for (int count = 1; count <= QUEUE.deliveryLimit(); count++) {
                takeOne(memory.withoutRenewal());
                memory.clock.advance(LEASE);
            }
            settle(takeOne(consumer), Settlement.release(Duration.ofSeconds(5)));
            assertThat(memory.delayed()).isZero();
            assertThat(memory.dead()).isEqualTo(1);
        }

        @Test
        @DisplayName("R7.1 the count goes on from the header of a rebased message")
        void theCountGoesOnFromTheHeader() throws InterruptedException {
            memory.publish(
                    OutboundMessage.to(QUEUE.name(), message("rebased").withHeader(LovageHeaders.DELIVERY_COUNT, 3L)));
            memory.publish(
                    OutboundMessage.to(QUEUE.name(), message("over").withHeader(LovageHeaders.DELIVERY_COUNT, 4)));
            List<Delivery> taken = take(consumer);
            assertThat(ids(taken)).containsExactly("rebased");
            assertThat(taken.get(0).deliveryCount()).isEqualTo(4);
            assertThat(memory.dead()).isEqualTo(1);
        }

        @Test
        @DisplayName("R7.4 twenty restarts that rebase what was not started do no harm")
        void twentyRestartsThatRebaseDoNoHarm() throws InterruptedException {
            memory.publish("healthy");
            for (int restart = 0; restart < 20; restart++) {
                Consumer worker = memory.consumer();
                Delivery unstarted = takeOne(worker);
                OutboundMessage copy = OutboundMessage.to(
                        QUEUE.name(),
                        unstarted
                                .message()
                                .message()
                                .withHeader(LovageHeaders.DELIVERY_COUNT, unstarted.deliveryCount() - 1));
                settle(unstarted, Settlement.ackAfter(List.of(copy)));
                worker.close();
            }
            assertThat(takeOne(consumer).deliveryCount()).isEqualTo(1);
        }
    }

    @Nested
    class Admin {
        @Test
        @DisplayName("R9.1 counts what is ready, in flight, delayed and dead")
        void countsEachKind() throws InterruptedException {
            memory.publish("a", "b", "c");
            memory.publish(outbound("d").delayedBy(Duration.ofSeconds(5)));
            settle(takeOne(consumer), Settlement.deadLetter("x"));
            takeOne(consumer);
            assertThat(List.of(memory.ready(), memory.inFlight(), memory.delayed(), memory.dead()))
                    .containsExactly(1L, 1L, 1L, 1L);
            memory.clock.advance(Duration.ofSeconds(5));
            assertThat(memory.ready()).isEqualTo(2);
        }

        @Test
        @DisplayName("R9.2 purge counts what it drops and leaves delayed ones")
        void purgeCountsWhatItDrops() {
            memory.publish("a", "b");
            memory.publish(outbound("c").delayedBy(Duration.ofSeconds(5)));
            assertThat(memory.broker.admin().purge(QUEUE)).isEqualTo(2);
            assertThat(memory.broker.admin().purge(QUEUE)).isZero();
            assertThat(memory.delayed()).isEqualTo(1);
        }

        @Test
        void deletingDropsEverythingButTheDeadLettersAndTellsWhoeverHolds() throws InterruptedException {
            memory.publish("a", "b");
            settle(takeOne(consumer), Settlement.deadLetter("x"));
            Delivery held = takeOne(consumer);
            boolean[] lost = {false};
            held.onLost(() -> lost[0] = true);
            memory.broker.admin().delete(QUEUE);
            memory.broker.admin().delete(QUEUE);
            memory.clock.advance(Duration.ZERO);
            assertThat(lost[0]).isTrue();
            assertThat(ack(held)).isEqualTo(Settled.LEASE_LOST);
            memory.broker.declare(QUEUE);
            assertThat(memory.ready()).isZero();
            assertThat(memory.dead()).isEqualTo(1);
        }
    }
}
