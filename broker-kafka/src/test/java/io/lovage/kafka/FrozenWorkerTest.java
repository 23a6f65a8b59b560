package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.fixtures.StepProcess;
import io.lovage.fixtures.StepProgram;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A worker that is frozen past its lease, and past its place in the group, while it runs a task. */
@OnSharedServer
class FrozenWorkerTest {
    private static final Duration LEASE = Duration.ofSeconds(2);
    /** The shortest that the server of these tests allows. */
    private static final Duration SESSION = Duration.ofSeconds(6);

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final WholeWorkers workers = new WholeWorkers(kafka.url());
    private final QueueSpec queue = WholeWorkers.queue().withLease(LEASE);
    private Lovage lovage;
    private Admin admin;

    @BeforeEach
    void connect() {
        lovage = workers.connect();
        admin = workers.ends(Admin.create(Map.of("bootstrap.servers", kafka.address())));
    }

    @AfterEach
    void close() throws Exception {
        workers.close();
    }

    private AsyncResult<String> send(String name) {
        return lovage.send(StepProgram.STEP.with(name).queue(queue.name()));
    }

    private void shortenSession() throws ExecutionException, InterruptedException {
        ConfigEntry session = new ConfigEntry("share.session.timeout.ms", Long.toString(SESSION.toMillis()));
        admin.incrementalAlterConfigs(Map.of(
                        Queues.groupOf(queue.name()), List.of(new AlterConfigOp(session, AlterConfigOp.OpType.SET))))
                .all()
                .get();
    }

    private int members() throws ExecutionException, InterruptedException {
        return admin.describeShareGroups(List.of(queue.name())).all().get().values().stream()
                .mapToInt(group -> group.members().size())
                .sum();
    }

    @Test
    @DisplayName(
            "R4.5 a worker frozen past its lease: its task runs once elsewhere, it learns of its loss and works on")
    void itsTaskRunsOnceElsewhere() throws ExecutionException, InterruptedException {
        StepProcess frozen = workers.process(queue, 1).ready();
        shortenSession();
        AsyncResult<String> result = send(StepProgram.HELD);
        assertThat(frozen.begun().deliveryCount()).isEqualTo(1);

        frozen.freeze();
        StepProcess other = workers.process(queue, 1).ready();
        assertThat(other.begun().deliveryCount()).isEqualTo(2);
        other.end();
        assertThat(result.get(WholeWorkers.PATIENCE)).isEqualTo("worker-2");
        String stats = other.stop();
        assertThat(StepProcess.count(stats, "taken")).isEqualTo(1);
        assertThat(StepProcess.count(stats, "succeeded")).isEqualTo(1);
        Awaitility.await("the frozen one is no member any more")
                .atMost(WholeWorkers.PATIENCE)
                .until(() -> members() == 0);

        frozen.resume();
        frozen.lost();
        frozen.end();
        assertThat(send("quick").get(WholeWorkers.PATIENCE)).isEqualTo("worker-1");
        stats = frozen.stop();
        WholeWorkers.tell("frozen past its lease and its session, thawed: " + stats);
        assertThat(StepProcess.count(stats, "taken")).isEqualTo(2);
        assertThat(StepProcess.count(stats, "leaseLost")).isEqualTo(1);
        assertThat(StepProcess.count(stats, "succeeded")).isEqualTo(1);
        assertThat(frozen.log("was lost")).hasSize(1);
        assertThat(result.get(WholeWorkers.PATIENCE)).isEqualTo("worker-2");
    }
}
