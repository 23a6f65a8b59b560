package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.KillArgs;
import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Workers that do nothing, and workers whose connection is cut. */
class LifeTest {
    private static final Duration WATCHED = Duration.ofSeconds(10);
    private static final int MOST_COMMANDS_A_SECOND = 4;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void anIdleWorkerIssuesFewerThanFourCommandsASecond() throws InterruptedException {
        RedisServer server =
                fixture.ends(TestServers.startRedis(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
        Broker broker = fixture.connect(server.url());
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m").withPriority(3));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 10);
        Fixture.settle(Fixture.one(consumer), Settlement.ack());
        consumer.poll(1, Duration.ofSeconds(1));
        try (Monitor monitor = new Monitor(server, fixture.threads())) {
            List<Delivery> nothing = consumer.poll(1, WATCHED);

            assertThat(nothing).isEmpty();
            assertThat(monitor.commands())
                    .as("commands of clients, whatever they are; those inside of scripts are not counted")
                    .isPositive()
                    .isLessThan(MOST_COMMANDS_A_SECOND * WATCHED.toSeconds());
        }
    }

    @Test
    void aMessageWithAPriorityWakesAnIdleWorkerToo() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        for (int i = 0; i < 3; i++) {
            fixture.time()
                    .after(
                            Duration.ofMillis(200),
                            () -> broker.publish(List.of(Fixture.to(queue, "m").withPriority(5))));
            Delivery delivery = Fixture.one(consumer);
            assertThat(delivery.message().priority()).isEqualTo(5);
            Fixture.settle(delivery, Settlement.ack());
        }
    }

    @Test
    void whatACutConnectionHeldIsFreedLongBeforeItsLeaseEnds() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker).withLease(Duration.ofMinutes(5));
        Fixture.publish(broker, Fixture.to(queue, "m"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        Delivery held = Fixture.one(consumer);
        AtomicBoolean told = new AtomicBoolean();
        held.onLost(() -> told.set(true));
        Awaitility.await("its owner to be known")
                .atMost(Fixture.PATIENCE)
                .until(() -> !owners(queue).isEmpty());
        long client = Long.parseLong(owners(queue).get(0).replaceFirst(".*:", ""));

        TestRedis.bare(redis -> redis.clientKill(KillArgs.Builder.id(client)));

        Awaitility.await("the loss to be told").atMost(Fixture.PATIENCE).untilTrue(told);
        assertThat(Fixture.settle(held, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
        Delivery again = Fixture.one(consumer);
        assertThat(again.deliveryCount()).isEqualTo(2);
        assertThat(Fixture.settle(again, Settlement.ack())).isEqualTo(Settled.APPLIED);
        Awaitility.await("nothing of the old connection to be left")
                .atMost(Fixture.PATIENCE)
                .until(() -> TestRedis.bare(redis -> redis.hkeys("lovage:{" + queue.name() + "}:queue")).stream()
                                .filter(field -> field.startsWith("suspect:"))
                                .count()
                        == 0);
    }

    @Test
    @DisplayName("R4.3 a worker whose name is gone from its queue writes it again, or nobody would miss it when killed")
    void aWorkerWhoseNameIsGoneFromItsQueueWritesItAgain() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        fixture.consumer(broker, queue, 1);
        String own = awaitOwner(queue);

        // as when somebody else deletes the queue and declares it again between two looks
        TestRedis.bare(redis -> redis.hdel("lovage:{" + queue.name() + "}:queue", own));

        assertThat(awaitOwner(queue)).isEqualTo(own);
    }

    @Test
    @DisplayName("R10.3 a closed consumer is forgotten: nothing grows with consumers that come and go")
    void aClosedConsumerIsForgotten() {
        RedisBroker broker = (RedisBroker) fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer stays = fixture.consumer(broker, queue, 1);
        for (int i = 0; i < 3; i++) {
            fixture.consumer(broker, queue, 1).close();
        }

        assertThat(broker.consumers()).isEqualTo(1);
        stays.close();
        assertThat(broker.consumers()).isZero();
    }

    private static String awaitOwner(QueueSpec queue) {
        return Awaitility.await("an owner to be known")
                .atMost(Fixture.PATIENCE)
                .until(
                        () -> TestRedis.bare(redis -> redis.hkeys("lovage:{" + queue.name() + "}:queue")).stream()
                                .filter(field -> field.startsWith("owner:"))
                                .findFirst()
                                .orElse(""),
                        field -> !field.isEmpty());
    }

    private static List<String> owners(QueueSpec queue) {
        return TestRedis.bare(redis -> redis.hgetall("lovage:{" + queue.name() + "}:queue")).entrySet().stream()
                .filter(field -> field.getKey().startsWith("owner:"))
                .map(Map.Entry::getValue)
                .toList();
    }
}
