package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.internal.client.FaultyBroker;
import io.lovage.internal.client.Playground;
import io.lovage.internal.control.NodeName;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Replacing a consumer, and the end: in every order of the two. */
class FetcherTest {
    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final FaultyBroker broker = connection.broker();
    private final Counters counters = new Counters();
    private final Lanes lanes = new Lanes(counters);
    private final QueueSpec queue = QueueSpec.of(QUEUE);
    private final Lane lane = lanes.add(new QueueShare(queue, 1), broker.declare(queue), 10, 1);
    private final Fetcher fetcher = new Fetcher(
            new Fetcher.Parts(
                    connection.environment(),
                    lanes,
                    counters,
                    DeliveryRoad.build(
                            connection.environment(),
                            spec(),
                            counters,
                            Remote.of(connection.environment().time()),
                            Runnable::run),
                    connection.environment().threads()),
            lane,
            ConsumeSpec.of(queue, 10));

    private static WorkerSpec spec() {
        WorkerSpec.Presence presence = new WorkerSpec.Presence(NodeName.of("fetcher", "host"), false, false);
        return new WorkerSpec("fetcher", List.of(), 1, 10, Duration.ZERO, true, presence, Map.of());
    }

    @AfterEach
    void close() {
        fetcher.close();
        playground.close();
    }

    private void sendThree() {
        connection.lovage().sendAll(Stream.of(1, 2, 3).map(SQUARE::with).toList());
    }

    /*
     * The story: a worker stops, one long task uses its grace. Messages are ready, nothing arrives any more, since
     * nothing shall; a watchdog that took this for a consumer gone silent would open another one, which nobody polls
     * and which keeps a prefetch of messages from everybody else until the grace ends.
     */
    @Test
    void theWatchdogDoesNotReplaceTheConsumerOfAWorkerThatStops() {
        sendThree();
        Watchdog watchdog = new Watchdog(broker.admin(), lanes, List.of(fetcher));
        lanes.close();

        for (int look = 0; look < 10; look++) {
            watchdog.run();
        }

        assertThat(broker.consumers).hasValue(1);
    }

    @Test
    void theWatchdogReplacesOneThatIsSilentWhileMessagesWait() {
        sendThree();
        Watchdog watchdog = new Watchdog(broker.admin(), lanes, List.of(fetcher));

        watchdog.run();
        watchdog.run();

        assertThat(broker.consumers).hasValue(2);
    }

    @Test
    void theWatchdogLeavesAnEmptyQueueAloneAndFindsWhatWaitsInItLater() {
        AtomicInteger asked = new AtomicInteger();
        Watchdog watchdog = new Watchdog(new CountingAdmin(broker.admin(), asked), lanes, List.of(fetcher));
        for (int look = 0; look < 120; look++) {
            watchdog.run();
        }
        assertThat(asked).as("times asked within ten minutes").hasValueLessThan(20);

        sendThree();
        for (int look = 0; look < Watchdog.MOST_LOOKS_LEFT_OUT + 2; look++) {
            watchdog.run();
        }

        assertThat(broker.consumers).hasValueGreaterThan(1);
    }

    /** Counts how often the broker is asked for numbers. */
    private record CountingAdmin(BrokerAdmin admin, AtomicInteger asked) implements BrokerAdmin {
        @Override
        public QueueStats stats(QueueSpec queue) {
            asked.incrementAndGet();
            return admin.stats(queue);
        }

        @Override
        public long purge(QueueSpec queue) {
            return admin.purge(queue);
        }

        @Override
        public void delete(QueueSpec queue) {
            admin.delete(queue);
        }

        @Override
        public List<DeadLetter> deadLetters(QueueSpec queue, int max) {
            return admin.deadLetters(queue, max);
        }

        @Override
        public boolean resend(QueueSpec queue, String deadLetterId) {
            return admin.resend(queue, deadLetterId);
        }

        @Override
        public boolean discard(QueueSpec queue, String deadLetterId) {
            return admin.discard(queue, deadLetterId);
        }
    }

    @Test
    void noneIsOpenedAfterTheStop() {
        fetcher.stop();

        assertThat(fetcher.replace()).isFalse();
        assertThat(broker.consumers).hasValue(1);
    }

    @Test
    void oneThatIsOpenedWhileTheWorkerStopsIsClosedByWhoOpenedIt() {
        broker.whileConsuming = fetcher::stop;

        assertThat(fetcher.replace()).isFalse();

        assertThat(broker.consumers).hasValue(2);
        assertThat(broker.closedConsumers).hasValue(1);
    }

    @Test
    void aReplacedOneIsClosedWhenNothingOfItIsInHand() {
        assertThat(fetcher.replace()).isTrue();

        fetcher.closeRetired();

        assertThat(broker.closedConsumers).hasValue(1);
    }

    /** A broker that is away answers after its timeout; whoever stops the worker meanwhile must not wait for that. */
    @Test
    void noLockIsHeldWhileTheBrokerIsAskedForAConsumer() {
        broker.whileConsuming = () -> CompletableFuture.runAsync(
                        () -> {
                            fetcher.closeRetired();
                            fetcher.stop();
                            fetcher.close();
                        },
                        action -> new Thread(action).start())
                .orTimeout(30, TimeUnit.SECONDS)
                .join();

        assertThat(fetcher.replace()).isFalse();
    }
}
