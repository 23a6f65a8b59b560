package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.Worker;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Celery's own commands and its client ask and steer a Java worker. */
@ParameterizedClass
@EnumSource(
        value = Wiring.class,
        names = {"RABBITMQ_WITH_RPC", "REDIS_WITH_REDIS"})
class RemoteControlTest {
    /** In seconds; an answer of the one who is asked ends the waiting. */
    private static final String PATIENCE = "30";

    private final JavaNode node;

    RemoteControlTest(Wiring wiring) {
        this.node = JavaNode.of(wiring);
    }

    private String inspect(String what) {
        return node.celery("inspect", what, "-d", node.name(), "-t", PATIENCE);
    }

    @Test
    void theCommandLineFindsIt() {
        assertThat(inspect("ping")).contains(node.name() + ": OK", "pong", "1 node online");
        assertThat(node.celery("status", "-d", node.name(), "-t", PATIENCE)).contains(node.name() + ": OK");
    }

    @Test
    void theCommandLineSeesWhatItIsAndHas() {
        assertThat(inspect("registered")).contains("java.add", "java.slow");
        assertThat(inspect("active_queues")).contains("'name': '" + node.queue() + "'");
        assertThat(inspect("stats")).contains("max-concurrency", "\"implementation\": \"lovage\"");
        assertThat(inspect("scheduled")).contains("- empty -");
    }

    @Test
    void whatRunsIsActiveAndWhatWaitsIsReserved() {
        String ident = UUID.randomUUID().toString();
        node.python("app.send_task('java.held', ('" + ident + "',), queue=QUEUE, task_id='" + ident + "').id");
        assertThat(node.python("""
                import time
                asked = app.control.inspect(destination=[NODE], timeout=30)
                waits = app.send_task('java.noop', queue=QUEUE)
                end = time.time() + 60
                seen = None
                while time.time() < end and (seen is None or not seen[0] or not seen[1]):
                    seen = [asked.active()[NODE], asked.reserved()[NODE]]
                state = asked.query_task('%s')[NODE]['%s'][0]
                [[task['id'] for task in seen[1]] == [waits.id], seen[0][0]['id'], seen[0][0]['name'], seen[0][0]['args'],
                 seen[0][0]['hostname'] == NODE, state]
                """.formatted(ident, ident)))
                .isEqualTo(List.of(true, ident, "java.held", List.of(ident), true, "active"));
        assertThat(inspect("active")).contains(node.name() + ": OK", ident, "java.held");
        assertThat(node.celery("inspect", "query_task", ident, "-d", node.name(), "-t", PATIENCE))
                .contains(node.name() + ": OK", ident);
        node.release(ident);
        assertThat(node.python("AsyncResult('" + ident + "', app=app).get(timeout=60)"))
                .isEqualTo(true);
    }

    @Test
    void aTaskThatWaitsIsRevoked() {
        String ident = UUID.randomUUID().toString();
        Object waits = node.python("""
                app.send_task('java.held', ('%s',), queue=QUEUE)
                waits = app.send_task('java.noop', queue=QUEUE)
                app.control.revoke(waits.id, reply=True, destination=[NODE], timeout=30)
                waits.id if waits.id in app.control.inspect(destination=[NODE], timeout=30).revoked()[NODE] else None
                """.formatted(ident));
        node.release(ident);
        PythonError revoked = catchThrowableOfType(
                PythonError.class, () -> node.python("AsyncResult('" + waits + "', app=app).get(timeout=60)"));

        assertThat(revoked.type()).isEqualTo("TaskRevokedError");
        assertThat(revoked.text()).isEqualTo("revoked");
    }

    @Test
    void whatItCannotDoIsRefusedInTheOperatorsSight() {
        assertThat(node.celery("control", "rate_limit", "java.add", "1/s", "-d", node.name(), "-t", PATIENCE))
                .contains("Lovage has no rate limits");
        assertThat(node.python("""
                app.control.terminate('nobody', destination=[NODE], reply=True, timeout=30)[0][NODE]['error'][:26]
                """)).isEqualTo("terminate is not supported");
        assertThat(node.python("app.control.broadcast('no_such', destination=[NODE], reply=True, timeout=30)[0][NODE]"))
                .isEqualTo(Map.of("error", "KeyError('no_such')"));
    }

    @Test
    void aQueueIsAddedAndCancelled() {
        String queue = "added-" + UUID.randomUUID();
        assertThat(node.celery("control", "add_consumer", queue, "-d", node.name(), "-t", PATIENCE))
                .contains("add consumer " + queue);
        assertThat(node.python("app.send_task('java.add', (1, 2), queue='" + queue + "').get(timeout=60)"))
                .isEqualTo(3);
        assertThat(node.celery("control", "cancel_consumer", queue, "-d", node.name(), "-t", PATIENCE))
                .contains("no longer consuming from " + queue);
        assertThat(inspect("active_queues")).doesNotContain(queue);
    }

    @Test
    void itIsShutDownAndFinishesWhatItHas() throws InterruptedException {
        String name = "ending-" + UUID.randomUUID() + "@interop";
        String queue = "ending-" + UUID.randomUUID();
        Worker worker = node.worker(name, queue).start();

        Object ended = node.python("""
                import time
                awake('%s')
                asked = app.control.inspect(destination=['%s'], timeout=5)
                end = time.time() + 60
                last = app.send_task('java.slow', (2,), queue='%s')
                while time.time() < end and not (asked.active() or {}).get('%s') and not last.ready():
                    pass
                app.control.shutdown(destination=['%s'])
                last.get(timeout=60)
                """.formatted(name, name, queue, name, name));

        assertThat(worker.awaitStopped()).isEqualTo(Worker.Shutdown.FINISHED);
        assertThat(ended).isEqualTo(2.0);
    }
}
