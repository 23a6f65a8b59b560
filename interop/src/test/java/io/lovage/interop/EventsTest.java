package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Worker;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Celery's own ways to watch see a Java worker and its tasks. */
@ParameterizedClass
@EnumSource(
        value = Wiring.class,
        names = {"RABBITMQ_WITH_RPC", "REDIS_WITH_REDIS"})
class EventsTest {
    private final JavaNode node;

    EventsTest(Wiring wiring) {
        this.node = JavaNode.of(wiring);
    }

    @Test
    void theStateThatCeleryMakesOfThemKnowsTheWorkerAndItsTasks() {
        assertThat(node.python("""
                import time, traceback
                state = app.events.State()
                sent = {}
                expected = {'java.add': 'SUCCESS', 'java.fail': 'FAILURE', 'java.retry1': 'SUCCESS', 'java.noop': 'REVOKED'}
                arguments = {'java.add': (1, 2), 'java.fail': ('bad',), 'java.retry1': (), 'java.noop': ()}
                headers = {'java.noop': {'expires': '2020-01-01T00:00:00+00:00'}}

                def seen(event):
                    state.event(event)
                    if not sent and event.get('hostname') == NODE:
                        for name in expected:
                            sent[name] = app.send_task(name, arguments[name], queue=QUEUE, headers=headers.get(name)).id
                    known = {name: state.tasks[sent[name]].state for name in sent if sent[name] in state.tasks}
                    if known == expected or time.time() > end:
                        receiver.should_stop = True

                end = time.time() + 60
                with app.connection() as connection:
                    receiver = app.events.Receiver(connection, handlers={'*': seen})
                    receiver.capture(limit=None, timeout=60, wakeup=True)
                tasks = {name: state.tasks[sent[name]] for name in sent}
                [{name: task.state for name, task in tasks.items()} == expected, tasks['java.add'].result,
                 tasks['java.add'].args, tasks['java.fail'].exception, tasks['java.retry1'].retries,
                 tasks['java.add'].worker.hostname == NODE, state.workers[NODE].alive, state.workers[NODE].sw_ident]
                """))
                .isEqualTo(List.of(true, "3", "(1, 2)", "IllegalStateException('bad')", 1, true, true, "lovage"));
    }

    @Test
    void aWorkerThatComesAndGoesIsSeenToDoSo() throws InterruptedException {
        String name = "passing-" + UUID.randomUUID() + "@interop";
        Worker worker = node.worker(name, "passing-" + UUID.randomUUID()).start();
        assertThat(node.python("""
                import time
                state = app.events.State()
                seen = []

                def hear(event):
                    state.event(event)
                    if event.get('hostname') != '%s':
                        return
                    seen.append([event['type'], state.workers['%s'].alive])
                    if event['type'] == 'worker-heartbeat':
                        app.control.shutdown(destination=['%s'])
                    receiver.should_stop = event['type'] == 'worker-offline' or time.time() > end

                end = time.time() + 60
                with app.connection() as connection:
                    receiver = app.events.Receiver(connection, handlers={'*': hear})
                    receiver.capture(limit=None, timeout=60, wakeup=True)
                [['worker-heartbeat', True] in seen, seen[-1]]
                """.formatted(name, name, name)))
                .isEqualTo(List.of(true, List.of("worker-offline", false)));
        assertThat(worker.awaitStopped()).isEqualTo(Worker.Shutdown.FINISHED);
    }

    @Test
    void theDumpOfTheCommandLineShowsThem() {
        Object shown = node.python("""
                import os, subprocess, sys, threading, peer
                dump = subprocess.Popen([sys.executable, '-u', '-m', 'celery', '-A', 'peer', 'events', '--dump'], text=True,
                                        cwd=os.path.dirname(peer.__file__), stdout=subprocess.PIPE,
                                        stderr=subprocess.STDOUT)
                limit = threading.Timer(90, dump.kill)
                limit.start()
                task = None
                seen = []
                for line in dump.stdout:
                    if task is None and NODE in line:
                        task = app.send_task('java.add', (20, 22), queue=QUEUE).id
                    if task is not None and task in line:
                        seen.append(line.strip())
                        if 'succeeded' in line:
                            break
                limit.cancel()
                dump.kill()
                dump.wait()
                seen
                """);

        assertThat(String.valueOf(shown))
                .contains("task received: java.add", "task started: java.add", "task succeeded: java.add");
    }
}
