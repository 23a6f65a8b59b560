package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.internal.client.FaultyBroker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.QueueSpec;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
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
                    DeliveryRoad.build(connection.environment(), Map.of(), counters, Runnable::run),
                    connection.environment().threads()),
            lane,
            ConsumeSpec.of(queue, 10));

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
