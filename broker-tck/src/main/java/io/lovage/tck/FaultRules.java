package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settlement;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R10, without garbage and storage. */
abstract class FaultRules extends Chapter {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final int MANY = 50;
    private static final Duration HANGING_UP = Duration.ofSeconds(5);
    /** Of all that one client has; without any pause it would be hundreds. */
    private static final long MOST_CONNECTIONS_AGAIN = 50;

    @Alone
    @Test
    @DisplayName("R10.1 a restarted broker heals by itself: consumers resume, nothing confirmed is lost")
    void aRestartedBrokerHeals(Trial trial) {
        heals(trial, trial.needs(trial.harness().server(), "faults of the server")::restart);
    }

    @Alone
    @Test
    @DisplayName("R10.1 a killed broker heals by itself: consumers resume, nothing confirmed is lost")
    void aKilledBrokerHeals(Trial trial) {
        heals(trial, trial.needs(trial.harness().server(), "faults of the server")::killAndStart);
    }

    private static void heals(Trial trial, Runnable fault) {
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        Broker broker = trial.connect();
        Taker taker = trial.taker(broker, ConsumeSpec.of(queue, 10));
        trial.publish(queue, Messages.ids("before", MANY));
        Set<String> finished = new HashSet<>(taker.finish(5));
        List<Delivery> inHand = taker.take(3);

        fault.run();
        inHand.forEach(Delivery::abandon);

        finishesAll(trial, broker, queue, taker, finished);
    }

    /** Publishes more, as soon as that is possible again, and takes until everything confirmed has come. */
    private static void finishesAll(Trial trial, Broker broker, QueueSpec queue, Taker taker, Set<String> finished) {
        List<String> after = Messages.ids("after", MANY);
        trial.await("publishing to work again", () -> {
            Throwable failure =
                    catchThrowable(() -> Stages.get(broker.publish(Messages.to(queue, after)), trial.patience()));
            return failure == null;
        });
        Set<String> expected = new HashSet<>(after);
        expected.addAll(Messages.ids("before", MANY));
        trial.await("every confirmed message", () -> {
            for (Delivery delivery : taker.poll(10)) {
                delivery.settle(Settlement.ack());
                finished.add(Messages.id(delivery));
            }
            return finished.containsAll(expected);
        });
    }

    @Test
    @DisplayName("R10.1 a cut connection heals by itself: the consumer resumes, nothing confirmed is lost")
    void aCutConnectionHeals(Trial trial) {
        NetworkFaults.Link link = trial.ends(
                trial.needs(trial.harness().network(), "faults of the network").open());
        QueueSpec queue = trial.queue(spec -> spec.withLease(LEASE));
        Broker broker = trial.connect(Dial.to(link.url()));
        Taker taker = trial.taker(broker, ConsumeSpec.of(queue, 10));
        trial.publish(queue, Messages.ids("before", MANY));
        Set<String> finished = new HashSet<>(taker.finish(5));
        List<Delivery> inHand = taker.take(3);
        AtomicBoolean told = new AtomicBoolean();
        inHand.get(0).onLost(() -> told.set(true));

        link.cut();
        if (!trial.leasesHaveDeadlines()) {
            trial.await("the loss of what was in hand to be told", told::get);
        }
        inHand.forEach(Delivery::abandon);

        finishesAll(trial, broker, queue, taker, finished);
    }

    @Test
    @DisplayName("R10.2 connecting to a dead broker fails within the timeout and names the masked URL and the cause")
    void connectingToADeadBrokerFails(Trial trial) {
        String url = trial.needs(trial.harness().deadUrl(), "URL of a dead broker");

        Stopwatch watch = Stopwatch.start(trial.time());
        BrokerUnavailableException failure = catchThrowableOfType(
                BrokerUnavailableException.class,
                () -> trial.connect(Dial.to(url).connectTimeout(CONNECT_TIMEOUT)));

        assertThat(failure).isNotNull();
        assertThat(watch.elapsed()).isLessThan(CONNECT_TIMEOUT.plus(Trial.SLACK));
        assertThat(failure.getMessage()).contains(ServiceUrl.parse(url).hosts()).doesNotContain(BrokerHarness.SECRET);
        assertThat(failure).hasCauseInstanceOf(Throwable.class);
    }

    @Test
    @DisplayName("R10.3 close is idempotent, leaves no thread, and hides no delivery that was not settled")
    void closeLeavesNothing(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        trial.publish(queue, Messages.ids("m", 4));
        KitThreads threads = KitThreads.of("closing");
        Broker broker = trial.connect(trial.dial().madeBy(threads));
        Broker.Consumer consumer = broker.consume(ConsumeSpec.of(queue, 4));
        List<Delivery> inHand = new ArrayList<>();
        while (inHand.size() < 2) {
            inHand.addAll(consumer.poll(2 - inHand.size(), Duration.ofMillis(100)));
        }

        consumer.close();
        consumer.close();
        broker.close();
        broker.close();

        assertThat(consumer.poll(1, Duration.ofSeconds(30))).isEmpty();
        trial.await("its threads to end", () -> threads.alive().isEmpty());
        Stopwatch watch = Stopwatch.start(trial.time());
        assertThat(trial.taker(queue, 4).finish(4)).containsExactlyInAnyOrderElementsOf(Messages.ids("m", 4));
        assertThat(watch.elapsed())
                .as("long before a lease ends")
                .isLessThan(queue.lease().dividedBy(2));
    }

    @Test
    @DisplayName("R10.4 wrong credentials, a wrong virtual host, a missing permission: one clear error")
    void whatIsRefusedIsOneClearError(Trial trial) {
        List<BrokerHarness.Refusal> refusals = trial.harness().refusals();
        assertThat(refusals).as("refusals that the harness offers").isNotEmpty();
        for (BrokerHarness.Refusal refusal : refusals) {
            KitThreads threads = KitThreads.of("refused");
            Stopwatch watch = Stopwatch.start(trial.time());

            Throwable failure = catchThrowable(() -> useOf(trial, refusal, threads));

            assertThat(failure).as(refusal.why()).isInstanceOf(AccessRefusedException.class);
            assertThat(((BrokerException) failure).retryable()).isFalse();
            assertThat(trace(failure)).as(refusal.why()).doesNotContain(BrokerHarness.SECRET);
            assertThat(watch.elapsed()).isLessThan(CONNECT_TIMEOUT.plus(Trial.SLACK));
            trial.await("nobody to try again", () -> threads.alive().isEmpty());
        }
    }

    /** A missing permission shows only when the connection is used. */
    static void useOf(Trial trial, BrokerHarness.Refusal refusal, KitThreads threads) {
        Dial dial = Dial.to(refusal.url()).connectTimeout(CONNECT_TIMEOUT).madeBy(threads);
        try (Broker broker = trial.connect(dial)) {
            broker.declare(trial.harness().queue(Trial.newName()));
        }
    }

    @Test
    @DisplayName("R10.4 a broker that hangs up on everybody is asked again without a storm, and is found again")
    void aBrokerThatHangsUpIsNotStormed(Trial trial) {
        NetworkFaults.Link link = trial.ends(
                trial.needs(trial.harness().network(), "faults of the network").open());
        QueueSpec queue = trial.queue();
        Broker broker = trial.connect(Dial.to(link.url()).connectTimeout(CONNECT_TIMEOUT));
        Taker taker = trial.taker(broker, ConsumeSpec.of(queue, 1));
        long before = link.connectionsMade();

        link.blackhole(NetworkFaults.Direction.TO_CLIENT);
        Stopwatch watch = Stopwatch.start(trial.time());
        trial.await("the broker to have hung up for a while", () -> {
            link.cut();
            return watch.elapsed().compareTo(HANGING_UP) >= 0;
        });
        long again = link.connectionsMade() - before;
        link.restore();

        assertThat(again).as("connections that were made meanwhile").isBetween(1L, MOST_CONNECTIONS_AGAIN);
        trial.publish(queue, "m");
        assertThat(taker.finish(1)).containsExactly("m");
    }

    static String trace(Throwable failure) {
        StringWriter text = new StringWriter();
        failure.printStackTrace(new PrintWriter(text));
        return text.toString();
    }

    @Test
    @DisplayName("R10.5 a half-open connection is noticed within the heartbeat, and heals")
    void aHalfOpenConnectionIsNoticed(Trial trial) {
        NetworkFaults network = trial.needs(trial.harness().network(), "faults of the network");
        NetworkFaults.Link link = trial.ends(network.open());
        QueueSpec queue = trial.queue(spec -> spec.withLease(Duration.ofSeconds(2)));
        trial.publish(queue, "m");
        Broker broker = trial.connect(Dial.to(link.url()));
        Taker taker = trial.taker(broker, ConsumeSpec.of(queue, 1));
        AtomicBoolean told = new AtomicBoolean();
        taker.one().onLost(() -> told.set(true));

        Stopwatch watch = Stopwatch.start(trial.time());
        link.blackhole(NetworkFaults.Direction.TO_CLIENT);
        link.blackhole(NetworkFaults.Direction.TO_BROKER);
        trial.await("the loss to be told", told::get);

        assertThat(watch.elapsed()).isLessThan(network.silenceNoticedWithin().plus(Trial.SLACK));
        link.cut();
        link.restore();
        assertThat(taker.finish(1)).containsExactly("m");
    }
}
