package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.Delivery;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R7. */
abstract class DeliveryCountRules extends Chapter {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final int ROLLING_RESTARTS = 20;
    private static final int LIMIT = 3;
    /** By a queue that does not count exactly. */
    private static final int MISSED_AT_MOST = 1;

    @Test
    @DisplayName("R7.1 the first delivery is 1, and the header of a rebased copy counts")
    void theFirstDeliveryIsOneAndTheHeaderCounts(Trial trial) {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 1);
        trial.publish(queue, "new");
        Delivery first = taker.one();
        assertThat(first.deliveryCount()).isEqualTo(1);
        taker.ack(first);

        Message rebased = Messages.named("rebased").withHeader(LovageHeaders.DELIVERY_COUNT, 4);
        Stages.get(trial.broker().publish(List.of(OutboundMessage.to(queue.name(), rebased))), trial.patience());

        Delivery fifth = taker.one();
        assertThat(fifth.deliveryCount()).isEqualTo(5);
        taker.settle(fifth, Settlement.release(Duration.ZERO));
        assertThat(taker.one().deliveryCount()).isEqualTo(6);
    }

    @Test
    @DisplayName("R7.2 a message at its limit still runs")
    void aMessageAtItsLimitStillRuns(Trial trial) throws InterruptedException {
        Set<Integer> counts = ConcurrentHashMap.newKeySet();
        Lovage lovage = trial.lovage();
        QueueSpec queue = releasedTimes(trial, lovage, LIMIT - 1);
        CountDownLatch ran = new CountDownLatch(1);

        trial.start(lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            counts.add(context.deliveryCount());
            ran.countDown();
            return arguments.args();
        }));

        assertThat(ran.await(trial.patience().toSeconds(), java.util.concurrent.TimeUnit.SECONDS))
                .isTrue();
        assertThat(counts).containsExactly(LIMIT);
        assertThat(trial.broker().admin().deadLetters(queue, 1)).isEmpty();
    }

    @Test
    @DisplayName("R7.2 a message over its limit is dead-lettered with reason delivery-limit and does not run")
    void aMessageOverItsLimitIsDeadLettered(Trial trial) {
        AtomicInteger runs = new AtomicInteger();
        Lovage lovage = trial.lovage();
        QueueSpec queue = releasedTimes(trial, lovage, LIMIT);

        trial.start(lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            runs.incrementAndGet();
            return arguments.args();
        }));

        trial.await(
                "the dead letter",
                () -> !trial.broker().admin().deadLetters(queue, 2).isEmpty());
        List<DeadLetter> dead = trial.broker().admin().deadLetters(queue, 2);
        assertThat(dead).hasSize(1);
        assertThat(dead.get(0).reason()).startsWith("delivery-limit");
        assertThat(runs).hasValue(0);
    }

    /** A queue with one task that was handed out so many times. */
    private static QueueSpec releasedTimes(Trial trial, Lovage lovage, int times) {
        QueueSpec queue = trial.queue(spec -> spec.withDeliveryLimit(LIMIT));
        lovage.send(Tasks.ECHO.with(Arguments.of("m")).queue(queue.name()));
        Broker broker = trial.connect();
        Taker taker = trial.taker(broker, ConsumeSpec.of(queue, 1));
        for (int i = 0; i < times; i++) {
            taker.settle(taker.one(), Settlement.release(Duration.ZERO));
        }
        broker.close();
        return queue;
    }

    @Test
    @DisplayName("R7.2 a message that kills every worker is dead-lettered with reason delivery-limit and runs no more")
    void aMessageThatKillsEveryWorkerIsDeadLettered(Trial trial) {
        AtomicInteger runs = new AtomicInteger();
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE).withDeliveryLimit(LIMIT));
        Lovage lovage = trial.lovage();
        lovage.send(Tasks.ECHO.with(Arguments.of("m")).queue(queue.name()));
        killWorkers(trial, queue, LIMIT + MISSED_AT_MOST);

        trial.start(lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            runs.incrementAndGet();
            return arguments.args();
        }));

        trial.await(
                "the dead letter",
                () -> !trial.broker().admin().deadLetters(queue, 2).isEmpty());
        assertThat(trial.broker().admin().deadLetters(queue, 2))
                .singleElement()
                .satisfies(dead -> assertThat(dead.reason()).startsWith("delivery-limit"));
        assertThat(runs).hasValue(0);
    }

    /** So many workers, one after the other, take the message and die with it in hand. */
    private static void killWorkers(Trial trial, QueueSpec queue, int count) {
        for (int kill = 0; kill < count; kill++) {
            Victim victim = trial.victim(VictimSpec.of(queue, 1));
            victim.awaitTaken(1);
            victim.kill();
        }
    }

    @Test
    @DisplayName("R7.3 a crash is counted; a queue that does not count exactly misses one at most, and adds none")
    void aCrashIsCounted(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        boolean exact = trial.broker().declare(queue).has(QueueFeature.EXACT_DELIVERY_COUNT);
        trial.publish(queue, "m");
        killWorkers(trial, queue, 2);

        Delivery third = trial.taker(queue, 1).one();

        if (exact) {
            assertThat(third.deliveryCount()).isEqualTo(3);
        } else {
            assertThat(third.deliveryCount()).isBetween(3 - MISSED_AT_MOST, 3);
        }
    }

    @Test
    @DisplayName("R7.4 draining twenty times does not bring what was not handed out to its limit")
    void drainingDoesNotUseUpTheLimit(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withDeliveryLimit(LIMIT));
        trial.publish(queue, Messages.ids("m", 6));
        for (int restart = 0; restart < ROLLING_RESTARTS; restart++) {
            Broker broker = trial.connect();
            Taker taker = trial.taker(broker, ConsumeSpec.of(queue, 6));
            Delivery polled = taker.one();
            Stages.get(taker.consumer().drain(), trial.patience());
            taker.ack(polled);
            broker.close();
            trial.publish(queue, Messages.id(polled));
        }

        Taker last = trial.taker(queue, 6);
        assertThat(last.finish(6)).containsExactlyInAnyOrderElementsOf(Messages.ids("m", 6));
        assertThat(trial.broker().admin().deadLetters(queue, 1)).isEmpty();
    }

    @Test
    @DisplayName("R7.4 twenty rolling restarts of a worker do not dead-letter a healthy message")
    void rollingRestartsDoNotDeadLetterAHealthyMessage(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue(spec -> spec.withDeliveryLimit(LIMIT));
        Lovage lovage = trial.lovage();
        for (int i = 0; i < 4; i++) {
            lovage.send(Tasks.ECHO.with(Arguments.of("m" + i)).queue(queue.name()));
        }
        for (int restart = 0; restart < ROLLING_RESTARTS; restart++) {
            Semaphore begun = new Semaphore(0);
            Worker worker = trial.start(lovage.worker()
                    .queue(queue, 1)
                    .concurrency(1)
                    .prefetch(4)
                    .handle(Tasks.ECHO, (arguments, context) -> {
                        begun.release();
                        new CountDownLatch(1).await();
                        return null;
                    }));
            assertThat(begun.tryAcquire(trial.patience().toMillis(), TimeUnit.MILLISECONDS))
                    .as("a message begins after restart %s", restart)
                    .isTrue();
            worker.stop(Duration.ZERO);
        }

        Set<Object> ran = ConcurrentHashMap.newKeySet();
        trial.start(lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            ran.add(String.valueOf(arguments.args().get(0)));
            return null;
        }));
        trial.await("every message to run", () -> ran.size() == 4);
        assertThat(trial.broker().admin().deadLetters(queue, 1)).isEmpty();
    }
}
