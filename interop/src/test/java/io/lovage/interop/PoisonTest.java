package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Arguments;
import io.lovage.AsyncResult;
import io.lovage.DeadLetters;
import io.lovage.Lovage;
import io.lovage.ResultTimeoutException;
import io.lovage.Signature;
import io.lovage.TaskFailedException;
import io.lovage.Worker;
import io.lovage.WorkerStats;
import io.lovage.examples.WireTasks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Neither language's input ends the other one's worker, nor is dropped without a word. */
@ParameterizedClass
@EnumSource(
        value = Wiring.class,
        names = {"RABBITMQ_WITH_RPC", "REDIS_WITH_REDIS"})
class PoisonTest {
    private static final Duration LIMIT = Duration.ofMinutes(3);
    private static final int SOME = 1_000;
    private static final int MANY = 10_000;

    private final MixedSystem system;

    PoisonTest(Wiring wiring) {
        this.system = MixedSystem.of(wiring).withPythonWorker();
    }

    /** RabbitMQ writes each of them to disk, some several times; what is in them is the same on both. */
    private int inEveryBuild() {
        return system.wiring().rabbit() ? SOME : MANY;
    }

    @Test
    void aPythonWorkerRunsOrFailsThousandsOfRandomCalls() throws InterruptedException {
        sendToPython(inEveryBuild(), Seeds.known());
    }

    @Test
    @Tag("long")
    void aPythonWorkerRunsOrFailsTenThousandNewOnesOnEitherBroker() throws InterruptedException {
        sendToPython(MANY, Seeds.fresh());
    }

    private void sendToPython(int number, long seed) throws InterruptedException {
        RandomCalls calls = new RandomCalls(seed, !system.wiring().rabbit());
        List<Signature<Arguments, Object>> sent = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            sent.add(calls.next(system.wiring().queue("python")));
        }
        List<AsyncResult<Object>> results = system.java().sendAll(sent);
        for (int i = 0; i < number; i++) {
            try {
                results.get(i).get(LIMIT);
            } catch (ResultTimeoutException dropped) {
                throw new AssertionError(
                        "dropped, seed " + seed + ": " + sent.get(i) + "\n" + system.pythonLog(), dropped);
            } catch (TaskFailedException told) {
                assertThat(told.state().isFinal()).as("seed %d", seed).isTrue();
            }
        }
        assertThat(system.java().send(system.call("py.add", 1, 2)).get(LIMIT))
                .as("seed %d", seed)
                .isEqualTo(3L);
    }

    @Test
    void aJavaWorkerRunsFailsOrKeepsThousandsOfMutatedMessages() {
        sendToJava(inEveryBuild(), Seeds.known());
    }

    @Test
    @Tag("long")
    void aJavaWorkerRunsFailsOrKeepsTenThousandNewOnesOnEitherBroker() {
        sendToJava(MANY, Seeds.fresh());
    }

    private void sendToJava(int number, long seed) {
        String queue = "mutants-" + UUID.randomUUID();
        try (Lovage lovage = MixedSystem.connect(system.wiring(), "mutants")) {
            try (Worker worker = lovage.worker()
                    .queues(queue)
                    .concurrency(4)
                    .tasks(new WireTasks())
                    .start()) {
                system.python()
                        .run(
                                "mutants.send(queue, seed, number)",
                                Map.of("queue", queue, "seed", seed, "number", number));
                Awaitility.await("every message has an end, seed " + seed)
                        .atMost(LIMIT)
                        .untilAsserted(() -> assertThat(ended(worker.stats()))
                                .as("%s", worker.stats())
                                .isEqualTo(number));
                assertThat(worker.stats().succeeded()).isPositive();
                assertThat(worker.stats().deadLettered()).isPositive();
                assertThat(worker.stats().leftBehind()).isZero();
            }
            DeadLetters dead = lovage.deadLetters(queue);
            assertThat(dead.list(number))
                    .as("seed %d", seed)
                    .isNotEmpty()
                    .allSatisfy(letter -> assertThat(letter.reason()).isNotBlank());
            lovage.deleteQueue(queue);
        }
    }

    /** A mutant may have the id of another one, whose result it then has as well. */
    private static long ended(WorkerStats stats) {
        return stats.succeeded() + stats.failed() + stats.revoked() + stats.deadLettered() + stats.alreadyDone();
    }
}
