package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Celery's workers greet each other when they start (mingle), and follow each other's events (gossip): with a Java
 * worker among them they do as always. Elsewhere in these tests they do neither, which saves a second for each.
 */
@ParameterizedClass
@EnumSource(
        value = Wiring.class,
        names = {"RABBITMQ_WITH_RPC", "REDIS_WITH_REDIS"})
class MingleTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final int MOST_GREETINGS = 10;

    private final Wiring wiring;
    private final JavaNode node;

    MingleTest(Wiring wiring) {
        this.wiring = wiring;
        this.node = JavaNode.of(wiring);
    }

    @Test
    void aPythonWorkerHearsFromAJavaWorkerWhatWasRevokedAndGoesOn() {
        String queue = "mingle-" + UUID.randomUUID();
        String ident = UUID.randomUUID().toString();
        node.python("app.control.revoke('" + ident + "', reply=True, destination=[NODE], timeout=30)");
        try (Python worker = greeted(queue)) {
            assertThat(node.python("""
                    revoked = app.send_task('py.add', (1, 2), queue='%s', task_id='%s')
                    raised = revoked.get(timeout=60, propagate=False)
                    [type(raised).__name__, app.send_task('py.add', (1, 2), queue='%s').get(timeout=60)]
                    """.formatted(queue, ident, queue))).isEqualTo(List.of("TaskRevokedError", 3));
            Awaitility.await("its gossip, which follows the heartbeats of the Java worker")
                    .atMost(LIMIT)
                    .until(() -> says(worker, node.name() + " joined the party"));
            assertThat(worker.process().isAlive()).isTrue();
        }
    }

    /** Celery waits a second for answers, which may be too short for a busy machine: then another one is greeted. */
    private Python greeted(String queue) {
        for (int i = 0; i < MOST_GREETINGS; i++) {
            Python worker = Python.sociableWorker(
                    wiring, queue, Map.of(), "-c", "1", "-l", "debug", "-n", queue + "-" + i + "@interop");
            if (says(worker, "mingle: processing reply from " + node.name())) {
                return worker;
            }
            worker.close();
        }
        throw new AssertionError(node.name() + " has answered none of " + MOST_GREETINGS + " workers in time");
    }

    private static boolean says(Python worker, String text) {
        return worker.process().errors().stream().anyMatch(line -> line.contains(text));
    }
}
