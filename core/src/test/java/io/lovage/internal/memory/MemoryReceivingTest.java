package io.lovage.internal.memory;

import static io.lovage.internal.memory.Fixture.LEASE;
import static io.lovage.internal.memory.Fixture.QUEUE;
import static io.lovage.internal.memory.Fixture.ack;
import static io.lovage.internal.memory.Fixture.get;
import static io.lovage.internal.memory.Fixture.id;
import static io.lovage.internal.memory.Fixture.ids;
import static io.lovage.internal.memory.Fixture.outbound;
import static io.lovage.internal.memory.Fixture.take;
import static io.lovage.internal.memory.Fixture.takeOne;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker.Consumer;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.locks.ReentrantLock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MemoryReceivingTest {
    private static final Duration LONG = Duration.ofHours(1);

    private final Fixture memory = new Fixture();

    @AfterEach
    void close() {
        memory.close();
    }

    /** A poll on a thread of its own, which has begun to wait when this returns. */
    private Polling waiting(Consumer consumer, Duration wait) {
        int before = memory.clock.waitingActions();
        Polling polling = new Polling(() -> consumer.poll(100, wait));
        while (memory.clock.waitingActions() == before || !polling.isBlocked()) {
            Thread.onSpinWait();
        }
        return polling;
    }

    private static final class Polling {
        private final FutureTask<List<Delivery>> task;
        private final Thread thread;

        Polling(Callable<List<Delivery>> poll) {
            task = new FutureTask<>(poll);
            thread = new Thread(task);
            thread.setDaemon(true);
            thread.start();
        }

        boolean isBlocked() {
            return thread.getState() == Thread.State.WAITING;
        }

        List<Delivery> taken() throws Exception {
            return task.get();
        }

        void interrupt() {
            thread.interrupt();
        }
    }

    @Nested
    class Poll {
        @Test
        @DisplayName("R2.1 returns at most max, and what there is")
        void returnsAtMostMax() throws InterruptedException {
            memory.publish("a", "b", "c");
            Consumer consumer = memory.consumer();
            assertThat(ids(consumer.poll(2, LONG))).containsExactly("a", "b");
            assertThat(ids(consumer.poll(2, LONG))).containsExactly("c");
            assertThatThrownBy(() -> consumer.poll(0, LONG)).isInstanceOf(IllegalArgumentException.class);
        }

        @Test
        @DisplayName("R2.1 returns empty when the wait is over, by the clock it was given")
        void returnsEmptyWhenTheWaitIsOver() throws Exception {
            Polling polling = waiting(memory.consumer(), Duration.ofSeconds(10));
            memory.clock.advance(Duration.ofSeconds(10));
            assertThat(polling.taken()).isEmpty();
        }

        @Test
        @DisplayName("R2.6 wakes when a message is published")
        void wakesWhenAMessageIsPublished() throws Exception {
            Polling polling = waiting(memory.consumer(), LONG);
            memory.publish("a");
            assertThat(ids(polling.taken())).containsExactly("a");
        }

        @Test
        @DisplayName("R2.6 every waiting consumer is called when there is something for each")
        void everyWaitingConsumerIsCalled() throws Exception {
            Polling one = waiting(memory.broker.consume(ConsumeSpec.of(QUEUE, 1)), LONG);
            Polling two = waiting(memory.connect().consume(ConsumeSpec.of(QUEUE, 1)), LONG);
            memory.publish("a", "b");
            assertThat(List.of(id(one.taken().get(0)), id(two.taken().get(0)))).containsExactlyInAnyOrder("a", "b");
        }

        @Test
        @DisplayName("R5.2 wakes when a delay ends, also one that was published while it waited")
        void wakesWhenADelayEnds() throws Exception {
            memory.publish(outbound("later").delayedBy(Duration.ofSeconds(20)));
            Polling polling = waiting(memory.consumer(), LONG);
            memory.publish(outbound("sooner").delayedBy(Duration.ofSeconds(10)));
            memory.clock.advance(Duration.ofSeconds(10));
            assertThat(ids(polling.taken())).containsExactly("sooner");
        }

        @Test
        @DisplayName("R4.1 wakes when somebody's lease ends, also one that began while it waited")
        void wakesWhenSomebodysLeaseEnds() throws Exception {
            MemoryBroker doomed = memory.connect();
            Consumer first = doomed.consume(ConsumeSpec.of(QUEUE, 1));
            Consumer second = memory.consumer();
            // the one that waits longest is called first, so it is the one that takes and dies
            Polling dies = waiting(first, LONG);
            Polling waits = waiting(second, LONG);
            memory.clock.advance(Duration.ofSeconds(7));
            memory.publish("a");
            assertThat(dies.taken()).hasSize(1);
            doomed.crash();
            memory.clock.advance(LEASE);
            assertThat(waits.taken()).extracting(Delivery::deliveryCount).containsExactly(2);
        }

        /*
         * The one that waits longest is called, and was interrupted or is paused before it is awake: the call must not
         * end with it, or the message waits although somebody waits for it.
         */
        @Test
        void aCallForAMessageIsPassedOnByWhoWasInterrupted() throws Exception {
            Consumer first = memory.consumer();
            Consumer second = memory.consumer();
            Polling interrupted = waiting(first, LONG);
            Polling takes = waiting(second, LONG);
            ReentrantLock lock = memory.broker.space().lock;
            lock.lock();
            try {
                interrupted.interrupt();
                while (!lock.hasQueuedThread(interrupted.thread)) {
                    Thread.onSpinWait();
                }
                memory.publish("a");
            } finally {
                lock.unlock();
            }
            assertThat(ids(takes.taken())).containsExactly("a");
            assertThatThrownBy(interrupted::taken).hasCauseInstanceOf(InterruptedException.class);
        }

        @Test
        void aCallForAMessageIsPassedOnByWhoIsPausedBeforeItIsAwake() throws Exception {
            Consumer first = memory.consumer();
            Consumer second = memory.consumer();
            Polling paused = waiting(first, LONG);
            Polling takes = waiting(second, LONG);
            ReentrantLock lock = memory.broker.space().lock;
            lock.lock();
            try {
                memory.publish("a");
                first.pause();
            } finally {
                lock.unlock();
            }
            assertThat(ids(takes.taken())).containsExactly("a");
            get(first.drain());
            assertThat(paused.taken()).isEmpty();
        }

        @Test
        @DisplayName("R2.1 honours interruption, before and while it waits")
        void honoursInterruption() {
            Consumer consumer = memory.consumer();
            Polling polling = waiting(consumer, LONG);
            polling.interrupt();
            assertThatThrownBy(polling::taken)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(InterruptedException.class);
            memory.publish("a");
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> consumer.poll(1, LONG)).isInstanceOf(InterruptedException.class);
            assertThat(Thread.interrupted()).isFalse();
            assertThat(memory.ready()).isEqualTo(1);
        }

        @Test
        void failsOnceTheQueueIsDeleted() {
            Polling polling = waiting(memory.consumer(), LONG);
            memory.broker.admin().delete(QUEUE);
            assertThatThrownBy(polling::taken)
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(QueueNotFoundException.class);
            assertThatThrownBy(memory::consumer).isInstanceOf(QueueNotFoundException.class);
        }

        @Test
        void leavesNoTimerBehindOnceItsConsumerIsClosed() throws Exception {
            Consumer consumer = memory.consumer();
            Polling polling = waiting(consumer, LONG);
            memory.publish("a");
            polling.taken();
            consumer.close();
            assertThat(memory.clock.waitingActions()).isZero();
        }
    }

    @Nested
    class Prefetch {
        @Test
        @DisplayName("R2.2 never more in hand than the prefetch")
        void neverMoreInHandThanThePrefetch() throws InterruptedException {
            memory.publish("a", "b", "c");
            Consumer consumer = memory.broker.consume(ConsumeSpec.of(QUEUE, 2));
            List<Delivery> taken = take(consumer);
            assertThat(ids(taken)).containsExactly("a", "b");
            assertThat(take(consumer)).isEmpty();
            ack(taken.get(1));
            assertThat(ids(take(consumer))).containsExactly("c");
        }

        @Test
        void settlingWakesAPollThatWaitsForRoom() throws Exception {
            memory.publish("a", "b");
            Consumer consumer = memory.broker.consume(ConsumeSpec.of(QUEUE, 1));
            Delivery first = takeOne(consumer);
            Polling polling = waiting(consumer, LONG);
            ack(first);
            assertThat(ids(polling.taken())).containsExactly("b");
        }

        @Test
        void aLostLeaseMakesRoom() throws InterruptedException {
            memory.publish("a");
            Consumer consumer = memory.broker.consume(ConsumeSpec.of(QUEUE, 1).withoutRenewal());
            takeOne(consumer);
            memory.clock.advance(LEASE);
            assertThat(takeOne(consumer).deliveryCount()).isEqualTo(2);
        }
    }

    @Nested
    class PauseAndDrain {
        @Test
        @DisplayName("R2.4 pause stops new deliveries, not settling; resume wakes")
        void pauseStopsNewDeliveriesNotSettling() throws Exception {
            memory.publish("a", "b");
            Consumer consumer = memory.consumer();
            Delivery held = takeOne(consumer);
            consumer.pause();
            assertThat(take(consumer)).isEmpty();
            assertThat(ack(held)).isEqualTo(Settled.APPLIED);
            Polling polling = waiting(consumer, LONG);
            consumer.resume();
            assertThat(ids(polling.taken())).containsExactly("b");
        }

        @Test
        @DisplayName("R2.5 R7.4 drain leaves what was not handed out to others, uncounted")
        void drainLeavesWhatWasNotHandedOutUncounted() throws Exception {
            memory.publish("a", "b");
            Consumer consumer = memory.broker.consume(ConsumeSpec.of(QUEUE, 10));
            Delivery held = consumer.poll(1, Duration.ZERO).get(0);
            get(consumer.drain());
            get(consumer.drain());
            assertThat(consumer.poll(10, LONG)).isEmpty();
            assertThat(takeOne(memory.consumer()).deliveryCount()).isEqualTo(1);
            assertThat(ack(held)).isEqualTo(Settled.APPLIED);
        }

        @Test
        void drainEndsAPollThatWaits() throws Exception {
            Consumer consumer = memory.consumer();
            Polling polling = waiting(consumer, LONG);
            get(consumer.drain());
            assertThat(polling.taken()).isEmpty();
        }

        @Test
        @DisplayName("R10.3 close gives everything back at once, tells of it, and may be repeated")
        void closeGivesEverythingBack() throws Exception {
            memory.publish("a", "b");
            Consumer consumer = memory.consumer();
            List<Delivery> held = take(consumer);
            int[] lost = {0};
            held.forEach(delivery -> delivery.onLost(() -> lost[0]++));
            consumer.close();
            consumer.close();
            assertThat(lost[0]).isEqualTo(2);
            assertThat(ack(held.get(0))).isEqualTo(Settled.LEASE_LOST);
            assertThat(consumer.poll(1, LONG)).isEmpty();
            assertThat(memory.clock.waitingActions()).isZero();
            assertThat(ids(take(memory.consumer()))).containsExactly("a", "b");
        }

        @Test
        @DisplayName("R10.3 closing the connection gives everything back and refuses what comes after")
        void closingTheConnectionGivesEverythingBack() throws Exception {
            MemoryBroker other = memory.connect();
            memory.publish("a");
            Consumer consumer = other.consume(ConsumeSpec.of(QUEUE, 1));
            Delivery held = takeOne(consumer);
            other.close();
            other.close();
            assertThat(ack(held)).isEqualTo(Settled.LEASE_LOST);
            assertThat(takeOne(memory.consumer()).deliveryCount()).isEqualTo(2);
            assertThatThrownBy(() -> other.declare(QueueSpec.of("x"))).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> other.consume(ConsumeSpec.of(QUEUE, 1))).isInstanceOf(BrokerException.class);
            assertThatThrownBy(() -> other.admin().stats(QUEUE)).isInstanceOf(BrokerException.class);
        }
    }

    @Test
    void anIdleConsumerHasNoTimerAndNoThread() throws InterruptedException {
        Consumer consumer = memory.consumer();
        memory.publish("a");
        Delivery held = takeOne(consumer);
        assertThat(memory.clock.waitingActions()).isEqualTo(1);
        settleAndLetTimePass(held);
        assertThat(memory.clock.waitingActions()).isZero();
    }

    private void settleAndLetTimePass(Delivery held) {
        Fixture.settle(held, Settlement.ack());
        memory.clock.advance(LEASE);
    }
}
