package io.lovage.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.WireTasks;
import io.lovage.testservers.VictimProcess;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * How long a call takes that a Celery client sends and reads back, one at a time: of a Java worker and of a Python
 * worker, in turns. No test of the build, since it says something on a machine that does nothing else:
 *
 * <pre>mvn -pl interop -am -Dsurefire.failIfNoSpecifiedTests=false -Dtest=LatencyCheck test</pre>
 */
class LatencyCheck {
    private static final String CALLS = """
            import statistics, time

            def once(name, queue):
                begin = time.perf_counter()
                assert app.send_task(name, (1, 2), queue=queue).get(timeout=30) == 3
                return (time.perf_counter() - begin) * 1000

            both = [('java.add', queue), ('py.add', PYTHON_QUEUE)]
            took = {'java.add': [], 'py.add': []}
            for turn in range(warmup + calls):
                for name, where in both if turn % 2 else both[::-1]:
                    millis = once(name, where)
                    if turn >= warmup:
                        took[name].append(millis)

            def figures(name):
                deciles = statistics.quantiles(took[name], n=10)
                return '%.2f ms (%.2f to %.2f)' % (statistics.median(took[name]), deciles[0], deciles[-1])

            reached = statistics.median(took['java.add']) <= statistics.median(took['py.add'])
            ('reached' if reached else 'missed') + ': Java ' + figures('java.add') + ', Python ' + figures('py.add')
            """;
    private static final int CALLS_EACH = 1_000;
    private static final int WARMUP = 500;

    @ParameterizedTest
    @EnumSource(Wiring.class)
    void aJavaWorkerAnswersAtLeastAsSoonAsAPythonWorker(Wiring wiring) throws InterruptedException {
        MixedSystem system = MixedSystem.of(wiring).withPythonWorker();
        String queue = "latency-" + wiring.name().toLowerCase(Locale.ROOT);
        try (VictimProcess worker =
                CommandLineWorker.start(wiring, WireTasks.class, Map.of(), "-Q", queue, "-c", "2")) {
            String told = String.valueOf(
                    system.python().run(CALLS, Map.of("queue", queue, "calls", CALLS_EACH, "warmup", WARMUP)));
            System.out.println(wiring + " " + told);
            assertThat(worker.isAlive()).isTrue();
            assertThat(told).startsWith("reached");
        }
    }
}
