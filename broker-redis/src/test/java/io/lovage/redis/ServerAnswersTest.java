package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Delivery;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.net.URI;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a server says that is set up in another way, or in trouble. */
class ServerAnswersTest {
    private static final long SOME_BYTES = 64L << 20;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    private RedisServer start(RedisOptions options) {
        return fixture.ends(TestServers.startRedis(options).orSkip(Assumptions::abort));
    }

    @Test
    void aForgottenScriptIsSentAgain() {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Broker.Consumer consumer = fixture.consumer(broker, queue, 2);
        Fixture.publish(broker, Fixture.to(queue, "before"));
        Fixture.settle(Fixture.one(consumer), Settlement.ack());

        TestRedis.bare(redis -> redis.scriptFlush());

        Fixture.publish(broker, Fixture.to(queue, "after"));
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.ack())).isEqualTo(Settled.APPLIED);
    }

    @Test
    void aFullMemoryRefusesNewMessagesAndLetsWorkersGoOn() {
        RedisServer server = start(RedisOptions.ofDefaults().maxMemory(SOME_BYTES, "noeviction"));
        Broker broker = fixture.connect(server.url());
        QueueSpec queue = fixture.declared(broker).withLease(Duration.ofSeconds(1));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 2);
        Fixture.publish(broker, Fixture.to(queue, "one"), Fixture.to(queue, "two"), Fixture.to(queue, "three"));
        Settlement onward = Settlement.ackAfter(List.of(Fixture.to(queue, "onward")));
        Delivery held = Fixture.one(consumer);

        server.command("CONFIG", "SET", "maxmemory", "1mb");

        PublishException refusal = catchThrowableOfType(
                PublishException.class, () -> Fixture.publish(broker, Fixture.to(queue, "refused")));
        assertThat(refusal).hasMessageContaining("OOM");
        assertThat(refusal.retryable()).isTrue();
        Delivery other = Fixture.one(consumer);
        Awaitility.await("three leases to pass")
                .pollDelay(Duration.ofSeconds(3))
                .atMost(Fixture.PATIENCE)
                .until(() -> true);
        assertThat(Fixture.settle(held, Settlement.ack()))
                .as("a lease is stretched also then")
                .isEqualTo(Settled.APPLIED);
        assertThat(Fixture.settle(Fixture.one(consumer), onward)).isEqualTo(Settled.APPLIED);
        assertThat(Fixture.settle(other, Settlement.release(Duration.ZERO))).isEqualTo(Settled.APPLIED);
        assertThat(Fixture.settle(Fixture.one(consumer), Settlement.deadLetter("full")))
                .isEqualTo(Settled.APPLIED);
        String letter = broker.admin().deadLetters(queue, 1).get(0).id();
        assertThat(broker.admin().resend(queue, letter)).isTrue();
        server.command("CONFIG", "SET", "maxmemory", "0");
        Fixture.publish(broker, Fixture.to(queue, "again"));
    }

    @Test
    void aServerThatDropsQueuesIsRefusedUnlessThatIsAccepted() {
        RedisServer server = start(RedisOptions.ofDefaults().maxMemory(SOME_BYTES, "allkeys-lru"));

        assertThatThrownBy(() -> fixture.connect(server.url()))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("allkeys-lru")
                .hasMessageContaining("eviction=accept");

        assertThat(fixture.connect(server.url() + "?eviction=accept")
                        .capabilities()
                        .broker())
                .isEqualTo("redis");
    }

    @Test
    void aServerThatForgetsIsNotDurable() {
        RedisServer server = start(RedisOptions.ofDefaults().withoutPersistence());
        Broker broker = fixture.connect(server.url());
        QueueSpec queue = QueueSpec.of(Fixture.newName());

        assertThat(broker.declare(queue).features()).doesNotContain(QueueFeature.DURABLE);
        QueueSpec demanding = QueueSpec.of(Fixture.newName()).requiring(Set.of(QueueFeature.DURABLE));
        assertThatThrownBy(() -> broker.declare(demanding))
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContaining("DURABLE")
                .hasMessageContaining(demanding.name());
        assertThat(server.command("EXISTS", demanding.name())).contains("0");
    }

    @Test
    void whoMayNotSeeTheClientsDeclaresTheEndOfTheLeaseAsItsBound() {
        String url = "redis://blind:" + TestRedis.SECRET + "@"
                + URI.create(TestRedis.url("")).getAuthority().replaceFirst(".*@", "") + "/0";
        Broker blind = fixture.connect(url);

        assertThat(blind.capabilities().crashBound()).isGreaterThanOrEqualTo(QueueSpec.DEFAULT_LEASE);
        QueueSpec queue = fixture.declared(blind);
        Fixture.publish(blind, Fixture.to(queue, "m"));
        assertThat(Fixture.settle(Fixture.one(fixture.consumer(blind, queue, 1)), Settlement.ack()))
                .isEqualTo(Settled.APPLIED);
        assertThat(fixture.broker("").capabilities().crashBound()).isLessThanOrEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void fixedLeasesEndAlthoughTheWorkerLives() {
        Broker broker = fixture.broker("lease=fixed");
        QueueSpec queue = fixture.declared(broker).withLease(Duration.ofSeconds(1));
        Fixture.publish(broker, Fixture.to(queue, "long"));
        Broker.Consumer consumer = fixture.consumer(broker, queue, 2);
        Delivery first = Fixture.one(consumer);

        Delivery second = Fixture.one(consumer);

        assertThat(second.deliveryCount()).isEqualTo(2);
        assertThat(Fixture.settle(first, Settlement.ack())).isEqualTo(Settled.LEASE_LOST);
        assertThat(Fixture.settle(second, Settlement.ack())).isEqualTo(Settled.APPLIED);
    }

    @Test
    void wrongOptionsAreToldAllAtOnce() {
        assertThatThrownBy(() ->
                        fixture.connect("redis://localhost/0?priority=high&lease=long&wait_replicas=99&colour=red"))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContainingAll("priority=high", "lease=long", "wait_replicas=99", "colour");
    }

    @Test
    void withoutEnoughReplicasAPublishIsNotConfirmed() {
        RedisServer server = start(RedisOptions.ofDefaults());
        Broker broker = fixture.connect(server.url() + "?wait_replicas=1&heartbeat=2s", Duration.ofSeconds(2));
        QueueSpec queue = QueueSpec.of(Fixture.newName());
        broker.declare(queue);

        PublishException failure =
                catchThrowableOfType(PublishException.class, () -> Fixture.publish(broker, Fixture.to(queue, "m")));

        assertThat(failure).hasMessageContaining("replicas");
        assertThat(failure.retryable()).isTrue();
        assertThat(failure.unconfirmed()).containsExactly("m");
    }

    /** What Sentinel does to a primary when it is asked to replace it: nobody is to lose the message for that. */
    @Test
    void aPublishThatWaitsForAReplicaOfAServerThatBecomesOneItselfMayBeRepeated() {
        RedisServer server = start(RedisOptions.ofDefaults());
        Broker broker = fixture.connect(server.url() + "?wait_replicas=1", Duration.ofSeconds(30));
        QueueSpec queue = QueueSpec.of(Fixture.newName());
        broker.declare(queue);
        CompletionStage<Void> waiting = broker.publish(List.of(Fixture.to(queue, "m")));
        Awaitility.await("the server to wait for a replica")
                .atMost(Fixture.PATIENCE)
                .until(() -> server.info("blocked_clients").filter("1"::equals).isPresent());

        server.command("REPLICAOF", "127.0.0.1", "1");

        PublishException failure = catchThrowableOfType(PublishException.class, () -> Fixture.get(waiting));
        assertThat(failure).hasMessageContaining("UNBLOCKED");
        assertThat(failure.retryable()).isTrue();
    }

    /**
     * With the default timeouts a replica may take longer than a ping: waiting for it once held the ping up, and so it
     * killed the connection over which it waited.
     */
    @Test
    @DisplayName("R1.3 the wait for replicas does not keep the connection from answering pings")
    void waitingForReplicasDoesNotHoldUpThePing() {
        RedisServer server = start(RedisOptions.ofDefaults());
        Broker broker = fixture.connect(server.url() + "?wait_replicas=1");
        List<CompletionStage<Void>> published = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            QueueSpec queue = QueueSpec.of(Fixture.newName());
            broker.declare(queue);
            published.add(broker.publish(List.of(Fixture.to(queue, "m"))));
        }

        for (CompletionStage<Void> one : published) {
            assertThatThrownBy(() -> Fixture.get(one))
                    .isInstanceOf(PublishException.class)
                    .hasMessageContaining("only 0 of 1 replicas confirmed within 15s");
        }
    }

    /** The story: the client waits for an answer in vain, and what it said was that a command had timed out. */
    @Test
    void aServerThatIsNoSentinelIsSaidToBeNone() {
        RedisServer server = start(RedisOptions.ofDefaults());
        String url = server.url().replace("redis://", "redis-sentinel://");

        assertThatThrownBy(() -> fixture.connect(url, Duration.ofSeconds(3), Duration.ofSeconds(30)))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("nobody there answers as a Sentinel")
                .hasMessageContaining("a server itself is redis://");
    }

    @Test
    void aConnectionThatWasClosedIsSaidToBe() {
        assertThat(RedisErrors.rootMessage(new CompletionException(new ClosedChannelException())))
                .isEqualTo("the connection was closed");
    }
}
