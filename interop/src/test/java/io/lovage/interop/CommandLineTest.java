package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.WireTasks;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tasks that are shipped, in the worker that anybody can start, called by anybody's Celery client. */
class CommandLineTest {
    private static final Duration LIMIT = Duration.ofMinutes(1);
    private static final String CALLS = """
            def call(name, *args, **kwargs):
                return app.send_task(name, args=args, kwargs=kwargs, queue=QUEUE)

            def value(name, *args, **kwargs):
                return call(name, *args, **kwargs).get(timeout=30)

            def failure(*args, **kwargs):
                raised = call('java.fail', *args, **kwargs).get(timeout=30, propagate=False)
                return [type(raised).__name__, str(raised)]

            messages = [] # of all that this client waits or has waited for
            progress = call('java.progress', 3)
            steps = progress.get(timeout=30, on_message=messages.append)
            states = [m['status'] for m in messages if m['task_id'] == progress.id]
            {
                'ping': awake(NODE),
                'add': [value('java.add', 1, 2, 39), value('java.add')],
                'mul': [value('java.mul', 6, 7), value('java.mul', y=6, x=7)],
                'echo': value('java.echo', 1, 'two', k={'a': [1]}),
                'noop': value('java.noop') is None,
                'fail': [failure('no way'), failure(message='no way')],
                'retry1': value('java.retry1'),
                'slow': [value('java.slow', 0), value('java.slow', seconds=0.5)],
                'progress': [steps, states[-1], sorted(set(states) - {'PROGRESS', 'SUCCESS'})],
            }
            """;
    private static final List<String> FAILURE = List.of("IllegalStateException", "no way");
    private static final Map<String, Object> TOLD = Map.of(
            "ping", Map.of("ok", "pong"),
            "add", List.of(42, 0),
            "mul", List.of(42, 42),
            "echo", Map.of("args", List.of(1, "two"), "kwargs", Map.of("k", Map.of("a", List.of(1)))),
            "noop", true,
            "fail", List.of(FAILURE, FAILURE),
            "retry1", 1,
            "slow", List.of(0.0, 0.5),
            "progress", List.of(3, "SUCCESS", List.of()));

    @ParameterizedTest
    @EnumSource(
            value = Wiring.class,
            names = {"RABBITMQ_WITH_RPC", "REDIS_WITH_REDIS"})
    void everyTaskDoesWhatIsSaidOfIt(Wiring wiring) throws InterruptedException {
        Python client = MixedSystem.of(wiring).python();
        String queue = "shipped-" + UUID.randomUUID();
        String node = queue + "@interop";
        try (VictimProcess worker =
                CommandLineWorker.start(wiring, WireTasks.class, Map.of(), "-Q", queue, "-n", node, "-E")) {
            assertThat(client.run(CALLS, Map.of("QUEUE", queue, "NODE", node))).isEqualTo(TOLD);
            worker.terminate();
            assertThat(worker.awaitExit(LIMIT)).hasValue(0);
        }
    }
}
