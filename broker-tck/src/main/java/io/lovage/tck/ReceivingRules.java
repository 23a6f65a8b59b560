package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TimeSource;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R2. */
abstract class ReceivingRules extends Chapter {
    private static final Duration LONG_POLL = Duration.ofSeconds(30);
    private static final Duration QUIET = Duration.ofMillis(700);
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration NOTICED = Duration.ofMillis(50);
    private static final double IDLE_SHARE = 0.05;

    @Test
    @DisplayName("R2.1 poll returns at most what was asked for")
    void pollReturnsAtMostWhatWasAskedFor(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, Messages.ids("m", 10));
        Taker taker = trial.taker(queue, 10);

        List<Delivery> taken = new ArrayList<>();
        while (taken.size() < 10) {
            List<Delivery> some = taker.poll(3);
            assertThat(some).hasSizeLessThanOrEqualTo(3);
            taken.addAll(some);
        }

        assertThat(Messages.ids(taken)).containsExactlyInAnyOrderElementsOf(Messages.ids("m", 10));
    }

    @Test
    @DisplayName("R2.1 poll returns as soon as there is one")
    void pollReturnsAsSoonAsThereIsOne(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 10);
        Stopwatch watch = Stopwatch.start(trial.time());
        TimeSource.Timer soon = trial.time()
                .after(Duration.ofMillis(300), () -> trial.broker().publish(Messages.to(queue, List.of("soon"))));

        List<Delivery> taken = taker.consumer().poll(10, LONG_POLL);

        soon.cancel();
        assertThat(Messages.ids(taken)).containsExactly("soon");
        assertThat(watch.elapsed()).isLessThan(LONG_POLL.dividedBy(2));
    }

    @Test
    @DisplayName("R2.1 poll is empty after the wait, and not before")
    void pollIsEmptyAfterTheWait(Trial trial) throws InterruptedException {
        Taker taker = trial.taker(trial.queue(), 10);
        Stopwatch watch = Stopwatch.start(trial.time());

        List<Delivery> taken = taker.consumer().poll(10, QUIET);

        assertThat(taken).isEmpty();
        assertThat(watch.elapsed()).isGreaterThanOrEqualTo(QUIET.minusMillis(5)).isLessThan(QUIET.plus(Trial.SLACK));
    }

    @Test
    @DisplayName("R2.1 poll honours interruption")
    void pollHonoursInterruption(Trial trial) {
        Taker taker = trial.taker(trial.queue(), 10);
        Thread polling = Thread.currentThread();
        TimeSource.Timer soon = trial.time().after(Duration.ofMillis(300), polling::interrupt);

        assertThatThrownBy(() -> taker.consumer().poll(10, LONG_POLL)).isInstanceOf(InterruptedException.class);

        soon.cancel();
        assertThat(Thread.interrupted()).as("the flag after the exception").isFalse();
    }

    @Test
    @DisplayName("R2.2 what is in hand never exceeds the prefetch")
    void whatIsInHandNeverExceedsThePrefetch(Trial trial) {
        QueueSpec queue = trial.queue();
        trial.publish(queue, Messages.ids("m", 20));
        Taker taker = trial.taker(queue, 3);

        List<Delivery> inHand = new ArrayList<>(taker.take(3));
        taker.nothingWithin(QUIET);
        for (int settled = 0; settled < 5; settled++) {
            taker.ack(inHand.remove(0));
            inHand.add(taker.one());
            assertThat(taker.poll(20)).as("a fourth delivery in hand").isEmpty();
        }
    }

    @Test
    @DisplayName("R2.3 while leases hold, each message is in one consumer's hands")
    void eachMessageIsInOneConsumersHands(Trial trial) {
        QueueSpec queue = trial.queue();
        List<String> ids = Messages.ids("m", 60);
        trial.publish(queue, ids);
        List<Taker> takers = List.of(trial.taker(queue, 60), trial.taker(queue, 60), trial.taker(queue, 60));

        List<String> handedOut = new ArrayList<>();
        Stopwatch watch = Stopwatch.start(trial.time());
        while (handedOut.size() < ids.size() && watch.elapsed().compareTo(trial.patience()) < 0) {
            takers.forEach(taker -> handedOut.addAll(Messages.ids(taker.poll(5))));
        }
        takers.forEach(taker -> handedOut.addAll(Messages.ids(taker.within(Duration.ofMillis(300)))));

        assertThat(handedOut).containsExactlyInAnyOrderElementsOf(ids);
    }

    @Test
    @DisplayName("R2.4 pause stops new deliveries, not settling; resume resumes")
    void pauseStopsNewDeliveriesNotSettling(Trial trial) {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 5);
        trial.publish(queue, "before");
        Delivery before = taker.one();

        taker.consumer().pause();
        trial.publish(queue, "while", "paused");
        taker.nothingWithin(QUIET);
        taker.ack(before);
        taker.consumer().resume();

        assertThat(taker.finish(2)).containsExactlyInAnyOrder("while", "paused");
    }

    @Test
    @DisplayName("R2.5 drain gives back at once what was fetched but not handed out")
    void drainGivesBackAtOnceWhatWasNotHandedOut(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        List<String> ids = Messages.ids("m", 10);
        trial.publish(queue, ids);
        Taker draining = trial.taker(queue, 10);
        List<Delivery> inHand = draining.take(2);

        Stopwatch watch = Stopwatch.start(trial.time());
        Stages.get(draining.consumer().drain(), trial.patience());
        List<String> others = trial.taker(queue, 10).finish(8);

        assertThat(watch.elapsed())
                .as("well before any lease ends")
                .isLessThan(queue.lease().dividedBy(2));
        Set<String> all = new HashSet<>(others);
        all.addAll(Messages.ids(inHand));
        assertThat(all).containsExactlyInAnyOrderElementsOf(ids);
        assertThat(draining.consumer().poll(10, LONG_POLL))
                .as("poll after drain")
                .isEmpty();
        draining.ackAll(inHand);
    }

    @Alone
    @Test
    @DisplayName("R2.6 an idle consumer notices a new message within 50 ms")
    void anIdleConsumerNoticesANewMessageSoon(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        Taker taker = trial.taker(queue, 1);
        List<Duration> noticed = new ArrayList<>();
        for (int i = 0; i < 21; i++) {
            String id = "m" + i;
            long[] sent = new long[1];
            trial.time().after(Duration.ofMillis(20), () -> {
                sent[0] = trial.time().nanoTime();
                trial.broker().publish(Messages.to(queue, List.of(id)));
            });
            List<Delivery> taken = taker.consumer().poll(1, LONG_POLL);
            noticed.add(Duration.ofNanos(trial.time().nanoTime() - sent[0]));
            taker.ackAll(taken);
        }

        assertThat(noticed.stream().sorted().toList().get(noticed.size() / 2))
                .as("the median of %s", noticed)
                .isLessThanOrEqualTo(NOTICED);
    }

    @Test
    @DisplayName("R2.6 an idle consumer costs next to nothing")
    void anIdleConsumerCostsNextToNothing(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        KitThreads threads = KitThreads.of("idle");
        Broker broker = trial.connect(trial.dial().madeBy(threads));
        Broker.Consumer consumer =
                trial.taker(broker, ConsumeSpec.of(queue, 10)).consumer();
        consumer.poll(1, Duration.ofMillis(200));

        long before = cpuNanos(threads);
        consumer.poll(1, IDLE);
        long spent = cpuNanos(threads) - before;

        assertThat(Duration.ofNanos(spent))
                .as("processor time of an idle consumer in %s", IDLE)
                .isLessThan(Duration.ofNanos((long) (IDLE.toNanos() * IDLE_SHARE)));
    }

    private static long cpuNanos(KitThreads threads) {
        ThreadMXBean bean = ManagementFactory.getThreadMXBean();
        long sum = bean.getCurrentThreadCpuTime();
        for (Thread thread : threads.alive()) {
            sum += Math.max(0, bean.getThreadCpuTime(thread.getId()));
        }
        return sum;
    }
}
