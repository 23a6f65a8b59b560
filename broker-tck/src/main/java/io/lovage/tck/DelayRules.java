package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R5. */
abstract class DelayRules extends Chapter {
    private static final Duration RESTART_DELAY = Duration.ofSeconds(10);
    private static final Duration FAR = Duration.ofMinutes(5);
    private static final int MANY = 100_000;
    private static final int BATCH = 5_000;
    private static final int SMALL_HEAP_MEGABYTES = 24;

    @Test
    @DisplayName("R5.1 a delayed message does not come before its time, whoever waits for it")
    void aDelayedMessageDoesNotComeBeforeItsTime(Trial trial) {
        arrivals(trial).forEach((delay, after) -> assertThat(after).isGreaterThanOrEqualTo(delay));
    }

    @Test
    @DisplayName("R5.2 a delayed message is late by no more than the declared precision")
    void aDelayedMessageIsLateByNoMoreThanDeclared(Trial trial) {
        Duration precision = trial.broker().capabilities().delayPrecision();
        arrivals(trial)
                .forEach((delay, after) -> assertThat(after.minus(delay)).isLessThan(precision.plus(Trial.SLACK)));
    }

    @Test
    @DisplayName("R5.2 what is delayed for a queue that was deleted holds up nobody else")
    void whatIsDelayedForADeletedQueueHoldsUpNobody(Trial trial) {
        Duration delay = Duration.ofSeconds(2);
        QueueSpec deleted = trial.queue();
        QueueSpec other = trial.queue();
        Taker taker = trial.taker(other, 1);
        OutboundMessage first = Messages.to(deleted, "first").delayedBy(delay);
        Stages.get(trial.broker().publish(List.of(first)), trial.patience());

        trial.lovage().deleteQueue(deleted.name());
        Stopwatch watch = Stopwatch.start(trial.time());
        OutboundMessage second = Messages.to(other, "second").delayedBy(delay);
        Stages.get(trial.broker().publish(List.of(second)), trial.patience());

        assertThat(taker.finish(1)).containsExactly("second");
        assertThat(watch.elapsed().minus(delay))
                .isLessThan(trial.broker().capabilities().delayPrecision().plus(Trial.SLACK));
    }

    /** When messages with delays arrived, counted from just before they were published. */
    private static Map<Duration, Duration> arrivals(Trial trial) {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 10);
        Map<String, Duration> delays = Map.of(
                "now",
                Duration.ZERO,
                "ms",
                Duration.ofMillis(1),
                "half",
                Duration.ofMillis(500),
                "second",
                Duration.ofSeconds(1),
                "odd",
                Duration.ofMillis(2300),
                "more",
                Duration.ofSeconds(3));
        List<OutboundMessage> messages = new ArrayList<>();
        delays.forEach((id, delay) -> messages.add(Messages.to(queue, id).delayedBy(delay)));
        Map<Duration, Duration> arrived = new java.util.LinkedHashMap<>();

        Stopwatch watch = Stopwatch.start(trial.time());
        Stages.get(trial.broker().publish(messages), trial.patience());
        while (arrived.size() < delays.size()) {
            Delivery delivery = taker.one();
            arrived.put(delays.getOrDefault(Messages.id(delivery), FAR), watch.elapsed());
            taker.ack(delivery);
        }
        return arrived;
    }

    @Alone
    @Test
    @DisplayName("R5.3 a delay survives a killed broker")
    void aDelaySurvivesAKilledBroker(Trial trial) {
        ServerFaults server = trial.needs(trial.harness().server(), "faults of the server");
        QueueSpec queue = trial.queue();

        Stopwatch watch = Stopwatch.start(trial.time());
        Stages.get(trial.broker().publish(List.of(Messages.to(queue, "m").delayedBy(RESTART_DELAY))), trial.patience());
        server.killAndStart();
        Taker taker = trial.taker(queue, 1);

        assertThat(taker.finish(1)).containsExactly("m");
        assertThat(watch.elapsed()).isGreaterThanOrEqualTo(RESTART_DELAY);
    }

    @Test
    @DisplayName("R5.3 a delay survives the loss of every worker and of its producer")
    void aDelaySurvivesTheLossOfEveryWorker(Trial trial) {
        QueueSpec queue = trial.queue();
        Duration delay = Duration.ofSeconds(2);
        Victim victim = trial.victim(VictimSpec.of(queue, 1));
        Broker producer = trial.connect();

        Stopwatch watch = Stopwatch.start(trial.time());
        Stages.get(producer.publish(List.of(Messages.to(queue, "m").delayedBy(delay))), trial.patience());
        producer.close();
        victim.kill();
        Taker taker = trial.taker(queue, 1);

        assertThat(taker.finish(1)).containsExactly("m");
        assertThat(watch.elapsed()).isGreaterThanOrEqualTo(delay);
    }

    @Test
    @DisplayName("R5.4 100,000 delayed messages cost no worker memory: one with a small heap goes on working")
    void delayedMessagesCostNoWorkerMemory(Trial trial) {
        QueueSpec queue = trial.queue();
        List<CompletionStage<Void>> published = new ArrayList<>();
        for (int sent = 0; sent < MANY; sent += BATCH) {
            published.add(trial.broker()
                    .publish(Messages.to(queue, Messages.ids("delayed" + sent + "-", BATCH)).stream()
                            .map(message -> message.delayedBy(FAR))
                            .toList()));
        }
        published.forEach(stage -> Stages.get(stage, trial.patience()));

        Victim victim = trial.victim(VictimSpec.of(queue, 10).withHeap(SMALL_HEAP_MEGABYTES));
        for (int i = 0; i < 10; i++) {
            trial.publish(queue, "now" + i);
            assertThat(victim.awaitTaken(i + 1)).contains("now" + i).noneMatch(id -> id.startsWith("delayed"));
        }
    }

    @Test
    @DisplayName("R5.5 the longest declared delay is taken, a longer one is refused")
    void theLongestDelayIsTakenALongerOneIsRefused(Trial trial) {
        QueueSpec queue = trial.queue();
        Duration longest = trial.broker().capabilities().longestDelay();

        Stages.get(trial.broker().publish(List.of(Messages.to(queue, "longest").delayedBy(longest))), trial.patience());
        PublishException refusal = catchThrowableOfType(
                PublishException.class,
                () -> Stages.get(
                        trial.broker()
                                .publish(List.of(Messages.to(queue, "longer").delayedBy(longest.plusSeconds(1)))),
                        trial.patience()));

        assertThat(refusal).isNotNull();
        assertThat(refusal.retryable()).isFalse();
        assertThat(refusal.unconfirmed()).containsExactly("longer");
        trial.taker(queue, 2).nothingWithin(Duration.ofMillis(300));
    }
}
