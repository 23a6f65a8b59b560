package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.testservers.RedisCluster;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.TestServers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** All dead letters of a queue are in one list; sent again, each waits where it waited before. */
class ResentLetterTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private void assertPriorityIsKept(Broker broker) {
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m").withPriority(8));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 1);
        Fixture.settle(Fixture.one(consumer), Settlement.deadLetter("enough"));
        String letter = broker.admin().deadLetters(queue, 1).get(0).id();

        assertThat(broker.admin().resend(queue, letter)).isTrue();

        Delivery again = Fixture.one(consumer);
        assertThat(again.message().priority()).isEqualTo(8);
        assertThat(again.message().message().headers()).doesNotContainKey(LovageHeaders.DEAD_PRIORITY);
        Fixture.settle(again, Settlement.ack());
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "priority=celery"})
    @DisplayName("R6.1 R9.3 a dead letter that is sent again keeps its priority")
    void aDeadLetterThatIsSentAgainKeepsItsPriority(String options) {
        assertPriorityIsKept(fixture.broker(options));
    }

    @Test
    @DisplayName("R6.1 R9.3 a dead letter that is sent again keeps its priority, in a cluster")
    void inAClusterItKeepsItsPriorityToo() {
        RedisCluster cluster = fixture.ends(
                TestServers.startRedisCluster(RedisOptions.ofDefaults()).orSkip(Assumptions::abort));
        assertPriorityIsKept(fixture.connect("redis-cluster://" + String.join(",", cluster.addresses())));
    }
}
