package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is asked for ahead, and what is settled together. */
class BatchesTest {
    private static final int PREFETCH = 100;
    private static final Duration WAIT = Duration.ofSeconds(30);

    private final Fixture fixture = new Fixture();
    private final Broker broker = fixture.broker("");
    private final QueueSpec queue = fixture.declared(broker);

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private void publish(int count) {
        Fixture.publish(
                broker,
                IntStream.range(0, count)
                        .mapToObj(number -> Fixture.to(queue, "message " + number))
                        .toArray(OutboundMessage[]::new));
    }

    private QueueStats stats() {
        return broker.admin().stats(queue);
    }

    @Test
    @DisplayName("R2.2 what is fetched ahead counts like what is in hand")
    void whatIsFetchedAheadStaysWithinThePrefetch() throws Exception {
        publish(PREFETCH * 3);
        Broker.Consumer consumer = fixture.consumer(broker, queue, PREFETCH);
        List<Delivery> inHand = new ArrayList<>();
        while (inHand.size() < PREFETCH) {
            inHand.addAll(consumer.poll(7, WAIT));
        }

        assertThat(consumer.poll(7, Duration.ofMillis(100))).isEmpty();
        assertThat(inHand).hasSize(PREFETCH);
        assertThat(stats().inFlight()).isEqualTo(OptionalLong.of(PREFETCH));
    }

    @Test
    @DisplayName("R2.5 what was fetched ahead goes back with the end of fetching")
    void whatWasFetchedAheadIsGivenBack() throws Exception {
        publish(PREFETCH);
        Broker.Consumer consumer = fixture.consumer(broker, queue, PREFETCH);
        List<Delivery> inHand = consumer.poll(7, WAIT);

        consumer.drain().toCompletableFuture().get(WAIT.toSeconds(), TimeUnit.SECONDS);

        assertThat(stats().inFlight()).isEqualTo(OptionalLong.of(inHand.size()));
        assertThat(stats().ready()).isEqualTo(OptionalLong.of(PREFETCH - inHand.size()));
    }

    /** They gather for a millisecond; the end of the consumer does not leave them behind. */
    @Test
    void whatIsSettledRightBeforeTheEndIsSettled() throws Exception {
        publish(PREFETCH);
        Broker.Consumer consumer = fixture.consumer(broker, queue, PREFETCH);
        List<CompletionStage<Settled>> answers = new ArrayList<>();
        for (Delivery delivery : consumer.poll(7, WAIT)) {
            answers.add(delivery.settle(Settlement.ack()));
        }
        consumer.close();

        for (CompletionStage<Settled> answer : answers) {
            assertThat(answer.toCompletableFuture().get(WAIT.toSeconds(), TimeUnit.SECONDS))
                    .isEqualTo(Settled.APPLIED);
        }
        Awaitility.await()
                .atMost(WAIT)
                .untilAsserted(() -> assertThat(stats().inFlight()).isEqualTo(OptionalLong.of(0)));
        assertThat(stats().ready()).isEqualTo(OptionalLong.of(PREFETCH - answers.size()));
    }
}
