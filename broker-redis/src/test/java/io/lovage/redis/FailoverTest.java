package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.fixtures.TaskFlow;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Delivery;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.QueueStats;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testservers.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A primary that is killed, and what its replica has of what the primary had confirmed. */
class FailoverTest {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration SOON = Duration.ofSeconds(2);
    private static final String SAFE = "&wait_replicas=1";
    private static final int BEFORE = 100;
    private static final int ENDED = 40;
    private static final int CUT_OFF = 500;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("R10.1 Sentinel: of 5,000 tasks that flow none is lost that a replica had when it was confirmed")
    void bySentinelNothingIsLostThatWasConfirmedAndReplicated() throws InterruptedException {
        failover(fixture.ends(Replicated.bySentinels()));
    }

    @Test
    @DisplayName("R10.1 Cluster: of 5,000 tasks that flow none is lost that a replica had when it was confirmed")
    void inAClusterNothingIsLostThatWasConfirmedAndReplicated() throws InterruptedException {
        failover(fixture.ends(Replicated.inACluster()));
    }

    /** Two flows through the same fault, with and without waiting for the replica. */
    private void failover(Replicated servers) throws InterruptedException {
        Broker operator = fixture.connect(servers.url(""));
        QueueSpec safe = declared(operator);
        QueueSpec quick = beside(safe, operator, servers);
        servers.awaitReadyToReplace();
        TaskFlow waits = fixture.ends(new TaskFlow(servers.url(SAFE), safe));
        TaskFlow trusts = fixture.ends(new TaskFlow(servers.url(""), quick));
        waits.awaitFlowing();
        trusts.awaitFlowing();
        RedisServer primary = servers.primaryOf(safe);

        primary.kill();
        int safeWaiting = waits.waiting();
        waits.faultHasStruck();
        trusts.faultHasStruck();
        servers.awaitPrimaryOf(safe);
        primary.restart(); // without a replica nothing would be confirmed any more where one is waited for
        waits.awaitSent();
        trusts.awaitSent();
        awaitNothingLeft(operator, safe);
        awaitNothingLeft(operator, quick);

        tell(servers.name() + ", kill -9 of the primary, wait_replicas=1: " + waits.told());
        tell(servers.name() + ", kill -9 of the primary, wait_replicas=0: " + trusts.told());
        assertThat(safeWaiting).as("tasks that the fault found").isPositive();
        assertThat(waits.confirmed()).isEqualTo(TaskFlow.TASKS);
        assertThat(waits.missing()).isEmpty();
    }

    @Test
    void bySentinelWhatAReplicaThatIsCutOffDoesNotHaveIsLostOrWasNeverConfirmed() {
        cutOff(fixture.ends(Replicated.bySentinels()));
    }

    @Test
    void inAClusterWhatAReplicaThatIsCutOffDoesNotHaveIsLostOrWasNeverConfirmed() {
        cutOff(fixture.ends(Replicated.inACluster()));
    }

    /**
     * What asynchronous replication can lose, made certain: the replica hears nothing any more, the primary goes on
     * confirming, and is killed.
     */
    private void cutOff(Replicated servers) {
        Broker trusts = fixture.connect(servers.url(""));
        Broker waits = fixture.connect(servers.url(SAFE), SOON);
        QueueSpec quick = declared(trusts);
        QueueSpec safe = beside(quick, trusts, servers);
        servers.awaitReadyToReplace();
        Broker.Consumer consumer = fixture.consumer(trusts, quick, BEFORE);
        Fixture.get(trusts.publish(messages(quick, "before", BEFORE)));
        Fixture.get(waits.publish(messages(safe, "before", BEFORE))); // now the replica has both
        RedisServer primary = servers.primaryOf(quick);
        RedisServer replica = servers.replicaOf(quick);

        replica.freeze();
        assertThat(primary.command("CLIENT", "KILL", "TYPE", "replica")).isEqualTo("1");
        for (int i = 0; i < ENDED; i++) {
            assertThat(Fixture.settle(Fixture.one(consumer), Settlement.ack())).isEqualTo(Settled.APPLIED);
        }
        Fixture.get(trusts.publish(messages(quick, "after", CUT_OFF)));
        PublishException refusal = catchThrowableOfType(
                PublishException.class, () -> Fixture.get(waits.publish(messages(safe, "after", CUT_OFF))));
        primary.kill();
        replica.resume();
        servers.awaitPrimaryOf(quick);

        Set<String> left = drained(trusts, quick, consumer);
        Set<String> leftOfSafe = drained(trusts, safe, fixture.consumer(trusts, safe, BEFORE));
        tell(servers.name() + ", replica cut off, wait_replicas=0: " + (BEFORE + CUT_OFF) + " confirmed, "
                + (BEFORE + CUT_OFF - left.size()) + " lost, " + ENDED + " settled and executed once more");
        tell(servers.name() + ", replica cut off, wait_replicas=1: " + BEFORE + " confirmed, "
                + (BEFORE - leftOfSafe.size()) + " lost, " + CUT_OFF + " refused: " + refusal.getMessage());
        assertThat(left)
                .as("what was confirmed and settled afterwards is as if it had not been")
                .hasSize(BEFORE);
        assertThat(left).allMatch(id -> id.startsWith("before"));
        assertThat(refusal.retryable()).isTrue();
        assertThat(refusal.unconfirmed()).hasSize(CUT_OFF);
        assertThat(leftOfSafe).as("what was confirmed").hasSize(BEFORE);
    }

    private QueueSpec declared(Broker broker) {
        return fixture.declared(broker).withLease(LEASE);
    }

    /** Another queue, in a cluster on the same server. */
    private QueueSpec beside(QueueSpec queue, Broker broker, Replicated servers) {
        QueueSpec other = QueueSpec.of(Fixture.newName());
        while (!servers.onOneServer(queue, other)) {
            other = QueueSpec.of(Fixture.newName());
        }
        broker.declare(fixture.queue(broker, other.name()));
        return other.withLease(LEASE);
    }

    private static List<OutboundMessage> messages(QueueSpec queue, String name, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> Fixture.to(queue, name + i))
                .toList();
    }

    private static void awaitNothingLeft(Broker broker, QueueSpec queue) {
        Awaitility.await("nothing left in " + queue.name())
                .atMost(Fixture.PATIENCE)
                .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                .until(() -> isEmpty(broker, queue));
    }

    private static boolean isEmpty(Broker broker, QueueSpec queue) {
        QueueStats stats = broker.admin().stats(queue);
        return stats.ready().orElseThrow() == 0 && stats.inFlight().orElseThrow() == 0;
    }

    /** Everything that comes until nothing is left. */
    private static Set<String> drained(Broker broker, QueueSpec queue, Broker.Consumer consumer) {
        Set<String> all = new TreeSet<>();
        Awaitility.await("the rest of " + queue.name())
                .atMost(Fixture.PATIENCE)
                .ignoreExceptionsInstanceOf(BrokerUnavailableException.class)
                .until(() -> {
                    List<Delivery> some = new ArrayList<>(consumer.poll(BEFORE, Duration.ofMillis(200)));
                    for (Delivery delivery : some) {
                        if (Fixture.settle(delivery, Settlement.ack()) == Settled.APPLIED) {
                            all.add(Fixture.id(delivery));
                        }
                    }
                    return some.isEmpty() && isEmpty(broker, queue);
                });
        return all;
    }

    /** For whoever reads the output: docs/brokers/redis.md names these figures. */
    private static void tell(String line) {
        System.out.println(line);
    }
}
