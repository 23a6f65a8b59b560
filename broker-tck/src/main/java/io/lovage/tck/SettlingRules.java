package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R3, without AckAfter. */
abstract class SettlingRules extends Chapter {
    private static final Duration LEASE = Duration.ofSeconds(1);
    private static final Duration DELAY = Duration.ofSeconds(2);

    @Test
    @DisplayName("R3.1 an acknowledged message does not come again, though the lease ends and the worker leaves")
    void anAcknowledgedMessageDoesNotComeAgain(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, Messages.ids("m", 20));
        Broker leaving = trial.connect();
        Taker taker = trial.taker(leaving, ConsumeSpec.of(queue, 20));
        boolean answers = trial.broker().capabilities().answersSettlement();

        for (Delivery delivery : taker.take(20)) {
            assertThat(taker.settle(delivery, Settlement.ack())).isEqualTo(answers ? Settled.APPLIED : Settled.SENT);
        }
        leaving.close();

        trial.taker(queue, 20).nothingWithin(LEASE.plus(trial.detection()).plusMillis(500));
    }

    @Test
    @DisplayName("R3.2 a released message comes again, its count one higher")
    void aReleasedMessageComesAgainCounted(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, "m");
        Taker taker = trial.taker(queue, 1);
        for (int count = 1; count <= 4; count++) {
            Delivery delivery = taker.one();
            assertThat(delivery.deliveryCount()).isEqualTo(count);
            assertThat(Messages.id(delivery)).isEqualTo("m");
            assertThat(taker.settle(delivery, Settlement.release(Duration.ZERO)).accepted())
                    .isTrue();
        }
        taker.ack(taker.one());
    }

    @Test
    @DisplayName("R3.2 a released message may be taken by another worker")
    void aReleasedMessageMayBeTakenByAnother(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, "m");
        Taker first = trial.taker(queue, 1);
        Delivery released = first.one();
        first.settle(released, Settlement.release(Duration.ZERO));
        first.close();

        Delivery again = trial.taker(queue, 1).one();

        assertThat(again.deliveryCount()).isEqualTo(2);
        assertThat(again.message().message().body())
                .isEqualTo(released.message().message().body());
    }

    @Test
    @DisplayName("R3.3 a message released with a delay does not come before it, and comes after")
    void aMessageReleasedWithADelayDoesNotComeBeforeIt(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, "m");
        Taker taker = trial.taker(queue, 1);
        Delivery released = taker.one();

        Stopwatch watch = Stopwatch.start(trial.time());
        assertThat(taker.settle(released, Settlement.release(DELAY)).accepted()).isTrue();
        Delivery again = taker.one();

        assertThat(watch.elapsed()).isGreaterThanOrEqualTo(DELAY);
        assertThat(again.deliveryCount()).isEqualTo(2);
    }

    @Test
    @DisplayName("R3.4 a dead-lettered message is in the dead-letter queue with all that belongs to it")
    void aDeadLetteredMessageIsInTheDeadLetterQueue(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        Message sent = Messages.named("m").withHeader("mine", List.of("a", 1L));
        Stages.get(trial.broker().publish(List.of(OutboundMessage.to(queue.name(), sent))), trial.patience());
        Taker taker = trial.taker(queue, 1);
        taker.settle(taker.one(), Settlement.release(Duration.ZERO));

        assertThat(taker.settle(taker.one(), Settlement.deadLetter("broken beyond repair"))
                        .accepted())
                .isTrue();

        trial.await(
                "the dead letter",
                () -> !trial.broker().admin().deadLetters(queue, 10).isEmpty());
        DeadLetter dead = trial.broker().admin().deadLetters(queue, 10).get(0);
        assertThat(dead.reason()).isEqualTo("broken beyond repair");
        assertThat(dead.deliveryCount()).isEqualTo(2);
        assertThat(dead.message().body()).isEqualTo(sent.body());
        assertThat(OddMessages.wide(dead.message().headers())).isEqualTo(OddMessages.wide(sent.headers()));
        taker.nothingWithin(LEASE.plus(trial.detection()).plusMillis(200));
        assertThat(trial.broker().admin().deadLetters(queue, 10)).hasSize(1);
    }

    @Test
    @DisplayName("R3.5 settling twice is an error and changes nothing")
    void settlingTwiceIsAnError(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, "m");
        Taker taker = trial.taker(queue, 1);
        Delivery delivery = taker.one();
        taker.ack(delivery);

        assertThatThrownBy(() -> delivery.settle(Settlement.release(Duration.ZERO)))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> delivery.settle(Settlement.ack())).isInstanceOf(IllegalStateException.class);

        taker.nothingWithin(Duration.ofMillis(500));
    }

    @Test
    @DisplayName("R3.5 of many threads that settle one delivery only one succeeds")
    void ofManyThreadsThatSettleOnlyOneSucceeds(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        trial.publish(queue, "m");
        Taker taker = trial.taker(queue, 1);
        Delivery delivery = taker.one();
        AtomicInteger refused = new AtomicInteger();
        ConcurrentLinkedQueue<CompletionStage<Settled>> settled = new ConcurrentLinkedQueue<>();

        together(8, () -> {
            try {
                settled.add(delivery.settle(Settlement.ack()));
            } catch (IllegalStateException e) {
                refused.incrementAndGet();
            }
        });

        assertThat(refused).hasValue(7);
        assertThat(Stages.get(settled.remove(), trial.patience()).accepted()).isTrue();
    }

    @Test
    @DisplayName("R3.6 settling after the lease was lost changes nothing for the new owner")
    void settlingAfterTheLeaseWasLostChangesNothing(Trial trial) {
        for (Settlement late : List.of(
                Settlement.ack(),
                Settlement.release(Duration.ZERO),
                Settlement.deadLetter("too late"),
                Settlement.ackAfter(List.of()))) {
            QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
            trial.publish(queue, "m");
            Taker loser = trial.taker(queue, 1);
            Delivery lost = loser.one();
            Stages.get(loser.consumer().drain(), trial.patience());
            lost.abandon();
            Taker owner = trial.taker(queue, 1);
            Delivery owned = owner.one();

            assertThat(loser.settle(lost, late)).as("%s by the loser", late).isEqualTo(Settled.LEASE_LOST);

            owner.nothingWithin(Duration.ofMillis(100));
            assertThat(trial.broker().admin().deadLetters(queue, 1)).isEmpty();
            owner.settle(owned, Settlement.release(Duration.ZERO));
            owner.ack(owner.one());
        }
    }

    @Test
    @DisplayName("R3.6 an AckAfter after the lease was lost does not settle")
    void anAckAfterAfterTheLeaseWasLostDoesNotSettle(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        QueueSpec next = trial.queue();
        trial.publish(queue, "m");
        Taker loser = trial.taker(queue, 1);
        Delivery lost = loser.one();
        Stages.get(loser.consumer().drain(), trial.patience());
        lost.abandon();
        Taker owner = trial.taker(queue, 1);
        Delivery owned = owner.one();

        assertThat(loser.settle(lost, Settlement.ackAfter(List.of(Messages.to(next, "next")))))
                .isEqualTo(Settled.LEASE_LOST);

        owner.ack(owned);
        owner.nothingWithin(Duration.ofMillis(300));
    }

    @Test
    @DisplayName("R3.7 any thread may settle")
    void anyThreadMaySettle(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        trial.publish(queue, Messages.ids("m", 80));
        Broker leaving = trial.connect();
        Taker taker = trial.taker(leaving, ConsumeSpec.of(queue, 80));
        ConcurrentLinkedQueue<Delivery> waiting = new ConcurrentLinkedQueue<>(taker.take(80));
        ConcurrentLinkedQueue<Settled> settled = new ConcurrentLinkedQueue<>();

        together(8, () -> {
            for (Delivery next = waiting.poll(); next != null; next = waiting.poll()) {
                settled.add(taker.settle(next, Settlement.ack()));
            }
        });
        leaving.close();

        assertThat(settled).hasSize(80).allMatch(Settled::accepted);
        trial.taker(queue, 80).nothingWithin(LEASE.plus(trial.detection()).plusMillis(200));
    }

    private static void together(int count, Runnable action) throws InterruptedException {
        CountDownLatch start = new CountDownLatch(1);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Thread thread = KitThreads.of("tck").named("settling").newThread(() -> {
                try {
                    start.await();
                    action.run();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            thread.start();
            threads.add(thread);
        }
        start.countDown();
        for (Thread thread : threads) {
            thread.join();
        }
    }
}
