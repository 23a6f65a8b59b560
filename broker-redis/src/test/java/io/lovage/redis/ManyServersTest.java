package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testservers.RedisCluster;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A cluster, where the keys of a queue share a slot and queues do not. */
class ManyServersTest {
    private static final Duration LEASE = Duration.ofSeconds(2);

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

    private static String url(RedisCluster cluster) {
        return "redis-cluster://" + String.join(",", cluster.addresses());
    }
}
