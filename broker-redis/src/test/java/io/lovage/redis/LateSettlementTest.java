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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * The story: a worker was frozen for longer than its lease and does not know yet that it has lost it. Its task ends
 * with a message to another queue. Where publishing and settling are two steps, the message was published before the
 * server said that the lease was gone, and what the task brought about happened twice.
 */
class LateSettlementTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private static Delivery takenFrom(Broker.Consumer consumer, Broker publisher, QueueSpec queue) {
        Fixture.publish(publisher, Fixture.to(queue, "m"));
        return Fixture.one(consumer);
    }

    private static String own(QueueSpec queue, String kind) {
        return "lovage:{" + queue.name() + "}:" + kind;
    }

    @Test
    @DisplayName("R3.6 R4.5 in a cluster, whoever has lost the lease publishes nothing")
    void inAClusterWhoeverHasLostTheLeasePublishesNothing() {
        RedisCluster cluster = fixture.ends(
                TestServers.startRedisCluster(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
        Broker broker = fixture.connect("redis-cluster://" + String.join(",", cluster.addresses()));
        QueueSpec queue = fixture.declared(broker);
        QueueSpec next = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        Runnable sweep = () -> List.of("leases", "held")
                .forEach(kind -> cluster.primaryOf(own(queue, kind)).command("DEL", own(queue, kind)));

        Delivery late = takenFrom(consumer, broker, queue);
        sweep.run();
        assertThat(Fixture.settle(late, Settlement.ackAfter(List.of(Fixture.to(next, "twice")))))
                .isEqualTo(Settled.LEASE_LOST);
        Delivery dead = takenFrom(consumer, broker, queue);
        sweep.run();
        assertThat(Fixture.settle(dead, Settlement.deadLetter("twice"))).isEqualTo(Settled.LEASE_LOST);

        assertThat(broker.admin().stats(next).ready()).hasValue(0);
        assertThat(broker.admin().stats(queue).dead()).hasValue(0);
    }

    @Test
    @DisplayName("R3.6 R4.5 with wait_replicas, whoever has lost the lease publishes nothing")
    void withReplicasToWaitForWhoeverHasLostTheLeasePublishesNothing() {
        Broker publisher = fixture.broker("");
        QueueSpec queue = fixture.declared(publisher);
        QueueSpec next = fixture.declared(publisher);
        Broker broker = fixture.broker("wait_replicas=1");
        Delivery late = takenFrom(fixture.consumer(broker, queue, 1), publisher, queue);
        TestRedis.bare(redis -> redis.del(own(queue, "leases"), own(queue, "held")));

        assertThat(Fixture.settle(late, Settlement.ackAfter(List.of(Fixture.to(next, "twice")))))
                .isEqualTo(Settled.LEASE_LOST);

        assertThat(publisher.admin().stats(next).ready()).hasValue(0);
    }
}
