package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.fixtures.TaskFlow;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaCluster;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Brokers that are killed while tasks flow: what was confirmed runs, and workers go on by themselves. */
@OnSharedServer
class KilledBrokerTest {
    private final List<WholeWorkers> made = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (WholeWorkers workers : made) {
            workers.close();
        }
    }

    private WholeWorkers workersOf(String url) {
        WholeWorkers workers = new WholeWorkers(url);
        made.add(workers);
        return workers;
    }

    /** Waits until everything has run that was confirmed before and after. */
    private static void nothingIsLost(TaskFlow flow, String what) {
        int waiting = flow.waiting();
        flow.faultHasStruck();
        flow.awaitSent();
        Awaitility.await("everything has run")
                .atMost(WholeWorkers.PATIENCE)
                .until(() -> flow.missing().isEmpty());

        WholeWorkers.tell(what + ": " + flow.told());
        assertThat(waiting).as("tasks that the fault found").isPositive();
        assertThat(flow.confirmed()).isEqualTo(TaskFlow.TASKS);
    }

    @Test
    @DisplayName("R10.1 kill -9 and restart of the broker: of 5,000 tasks that flow none is lost, workers resume")
    void aBrokerThatIsKilledAndStartsAgain() throws InterruptedException {
        KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
        TaskFlow flow = workersOf(kafka.url()).ends(new TaskFlow(kafka.url(), WholeWorkers.queue()));
        flow.awaitFlowing();

        kafka.kill();
        kafka.restart();

        nothingIsLost(flow, "kill -9 and restart of the only broker");
    }

    @Nested
    class OneOfThreeNodes {
        private static final Task<Integer, Integer> DUE = Task.of("proof.due", Integer.class, Integer.class);
        private static final int DELAYED = 200;
        private static final Duration LONGEST = Duration.ofSeconds(20);

        private static KafkaCluster cluster;

        private final Map<Integer, Long> due = new HashMap<>();
        private final Map<Integer, Long> ran = new ConcurrentHashMap<>();

        @BeforeAll
        static void startCluster() {
            cluster = TestServers.startKafkaCluster(KafkaOptions.ofDefaults()).orSkip(Assumptions::abort);
        }

        @AfterAll
        static void stopCluster() {
            if (cluster != null) {
                cluster.stop();
            }
        }

        private KafkaServer leaderOf(String topic) throws ExecutionException, InterruptedException {
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.address()))) {
                TopicDescription found = admin.describeTopics(List.of(topic))
                        .allTopicNames()
                        .get()
                        .values()
                        .iterator()
                        .next();
                return cluster.nodes().get(found.partitions().get(0).leader().id() - 1);
            }
        }

        private void sendDelayed() {
            WholeWorkers workers = workersOf(cluster.url());
            Lovage lovage = workers.connect();
            QueueSpec queue = WholeWorkers.queue();
            workers.ends(lovage.worker()
                    .queue(queue, 1)
                    .concurrency(4)
                    .handle(DUE, (number, context) -> {
                        ran.putIfAbsent(number, System.currentTimeMillis());
                        return number;
                    })
                    .start());
            for (int number = 0; number < DELAYED; number++) {
                Duration delay = LONGEST.multipliedBy(number + 1L).dividedBy(DELAYED);
                due.put(number, System.currentTimeMillis() + delay.toMillis());
                lovage.send(DUE.with(number).queue(queue.name()).delay(delay).ignoreResult());
            }
        }

        private void delayedOnesAreNeverEarly() {
            Awaitility.await("all that was delayed has run")
                    .atMost(WholeWorkers.PATIENCE)
                    .until(() -> ran.size() == DELAYED);
            List<Long> late = due.entrySet().stream()
                    .map(task -> ran.getOrDefault(task.getKey(), 0L) - task.getValue())
                    .sorted()
                    .toList();
            WholeWorkers.tell(DELAYED + " delayed tasks, kill -9 of one of three nodes: the latest was late by "
                    + Duration.ofMillis(late.get(DELAYED - 1)));
            assertThat(late.get(0)).isNotNegative();
        }

        @Test
        @DisplayName("R10.1 R5.3 kill -9 of one of three nodes: of 5,000 tasks that flow and 200 delayed none is lost")
        void theNodeThatLeadsTheQueue() throws ExecutionException, InterruptedException {
            QueueSpec queue = WholeWorkers.queue();
            TaskFlow flow = workersOf(cluster.url()).ends(new TaskFlow(cluster.url(), queue));
            flow.awaitFlowing();
            sendDelayed();

            leaderOf(queue.name()).kill();

            nothingIsLost(flow, "kill -9 of the leader, one of three nodes");
            delayedOnesAreNeverEarly();
        }

        @Test
        @Tag("long")
        @DisplayName("R10.1 kill -9 of each of three nodes in turn: of 5,000 tasks that flow none is lost")
        void eachNodeInTurn() throws InterruptedException {
            cluster.nodes().stream().filter(node -> !node.isRunning()).forEach(KafkaServer::restart);
            cluster.awaitWhole(WholeWorkers.PATIENCE);
            TaskFlow flow = workersOf(cluster.url()).ends(new TaskFlow(cluster.url(), WholeWorkers.queue()));
            flow.awaitFlowing();

            for (KafkaServer node : cluster.nodes()) {
                node.kill();
                node.restart();
                cluster.awaitWhole(WholeWorkers.PATIENCE);
            }

            nothingIsLost(flow, "kill -9 of each of three nodes in turn");
        }
    }
}
