package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testservers.RedisCluster;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisSentinels;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A primary that is replaced, and a cluster. */
class ManyServersTest {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(4);
    private static final int MANY = 100;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void inAClusterEverySettlementWorksAlsoToAnotherSlot() {
        RedisCluster cluster = fixture.ends(
                TestServers.startRedisCluster(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
        Broker broker = fixture.connect(url(cluster));
        QueueSpec queue = fixture.declared(broker);
        QueueSpec next = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 10);

        Fixture.publish(broker, Fixture.to(queue, "a"));
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.ack())).isEqualTo(Settled.APPLIED);
        Fixture.publish(broker, Fixture.to(queue, "b").withPriority(7));
        assertThat(Fixture.settle(
                        Fixture.one(consumer),
                        Settlement.ackAfter(List.of(Fixture.to(next, "c"), Fixture.to(queue, "d")))))
                .isEqualTo(Settled.APPLIED);
        assertThat(Fixture.id(Fixture.one(fixture.consumer(broker, next, 1)))).isEqualTo("c");
        Delivery own = Fixture.one(consumer);
        assertThat(Fixture.settle(
                        own, Settlement.ackAfter(List.of(Fixture.to(queue, "e").delayedBy(LEASE)))))
                .isEqualTo(Settled.APPLIED);
        Delivery delayed = Fixture.one(consumer);
        assertThat(Fixture.id(delayed)).isEqualTo("e");
        assertThat(Fixture.settle(delayed, Settlement.release(Duration.ZERO))).isEqualTo(Settled.APPLIED);
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.deadLetter("enough")))
                .isEqualTo(Settled.APPLIED);
        String letter = broker.admin().deadLetters(queue, 10).get(0).id();
        assertThat(broker.admin().resend(queue, letter)).isTrue();
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.ack())).isEqualTo(Settled.APPLIED);
        assertThat(broker.admin().stats(queue).ready()).hasValue(0);
    }

    @Test
    void afterTheLossOfAPrimaryOfAClusterWorkGoesOn() {
        RedisCluster cluster = fixture.ends(
                TestServers.startRedisCluster(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
        Broker broker = fixture.connect(url(cluster) + "?wait_replicas=1", SOON);
        QueueSpec queue = fixture.declared(broker).withLease(LEASE);
        cluster.awaitReadyToReplace(Fixture.PATIENCE);

        survives(
                broker,
                fixture.connect(url(cluster), SOON),
                queue,
                () -> cluster.killPrimaryOf("lovage:{" + queue.name() + "}:ready"));
    }

    private static String url(RedisCluster cluster) {
        return "redis-cluster://" + String.join(",", cluster.addresses());
    }

    @Test
    void afterAFailoverBySentinelWorkGoesOn() {
        RedisSentinels servers = fixture.ends(
                TestServers.startRedisSentinels(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
        String url = "redis-sentinel://" + String.join(",", servers.addresses()) + "/0?heartbeat=3s&master="
                + servers.primaryName();
        Broker broker = fixture.connect(url + "&wait_replicas=1", SOON);
        QueueSpec queue = fixture.declared(broker).withLease(LEASE);
        servers.awaitReadyToReplace(Fixture.PATIENCE);

        survives(broker, fixture.connect(url, SOON), queue, servers::killPrimary);
    }

    /** What was confirmed, which a replica had, comes after the fault; without replicas left nobody waits for one. */
    private void survives(Broker broker, Broker after, QueueSpec queue, Runnable fault) {
        Broker.Consumer consumer = fixture.consumer(broker, queue, MANY);
        Set<String> confirmed = new HashSet<>();
        Set<String> finished = new HashSet<>();
        for (int i = 0; i < MANY; i++) {
            Fixture.publish(broker, Fixture.to(queue, "before" + i));
            confirmed.add("before" + i);
        }
        Delivery held = Fixture.one(consumer);

        fault.run();

        held.abandon();
        Awaitility.await("publishing to work again").atMost(Fixture.PATIENCE).until(() -> published(after, queue));
        confirmed.add("after");
        Awaitility.await("everything that was confirmed")
                .atMost(Fixture.PATIENCE)
                .until(() -> {
                    List<Delivery> some = new ArrayList<>(consumer.poll(MANY, Duration.ofMillis(200)));
                    for (Delivery delivery : some) {
                        finished.add(Fixture.id(delivery));
                        delivery.settle(Settlement.ack());
                    }
                    return finished.containsAll(confirmed);
                });
    }

    private static boolean published(Broker broker, QueueSpec queue) {
        try {
            Fixture.publish(broker, Fixture.to(queue, "after"));
            return true;
        } catch (BrokerException e) {
            assertThat(e.retryable()).as(e.getMessage()).isTrue();
            return false;
        }
    }
}
