package io.lovage.interop;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.examples.WireTasks;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A Java worker and client and a Python worker and client on one broker. There is one for each wiring in this JVM, and
 * all tests share it: a Python process takes a second to start. Not thread-safe.
 */
final class MixedSystem {
    private static final Map<Wiring, MixedSystem> STARTED = new EnumMap<>(Wiring.class);

    private final Wiring wiring;
    private final Lovage lovage;
    private final Python client;
    private @Nullable Python pythonWorker;

    private MixedSystem(Wiring wiring) {
        this.wiring = wiring;
        this.client = Python.client(wiring);
        this.lovage = connect(wiring, "java-client");
        Worker unused = javaWorker(connect(wiring, "java-worker"), wiring).start();
    }

    /** The one of this wiring. Aborts the test where its servers or Celery are not to be had. */
    static MixedSystem of(Wiring wiring) {
        return STARTED.computeIfAbsent(wiring, MixedSystem::new);
    }

    static Lovage connect(Wiring wiring, String name) {
        return Lovage.builder()
                .broker(wiring.brokerForJava())
                .results(wiring.results())
                .name(name)
                .build();
    }

    private static Worker.Builder javaWorker(Lovage connection, Wiring wiring) {
        return connection
                .worker()
                .name("java@interop")
                .queues(wiring.queue("java"))
                .concurrency(4)
                .tasks(new WireTasks())
                .tasks(new InteropTasks(connection, wiring.queue("python")));
    }

    Wiring wiring() {
        return wiring;
    }

    /** A Celery client. */
    Python python() {
        return client;
    }

    /** A Lovage client. */
    Lovage java() {
        return lovage;
    }

    /** Makes sure that a Celery worker runs. */
    MixedSystem withPythonWorker() {
        if (pythonWorker == null) {
            pythonWorker = Python.worker(wiring, wiring.queue("python"), Map.of(), "-c", "2", "-n", "python@interop");
        }
        return this;
    }

    /** The end of what the Celery worker has logged. */
    String pythonLog() {
        List<String> lines =
                pythonWorker == null ? List.of() : pythonWorker.process().errors();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 200), lines.size()));
    }

    /** A call of a task of the Python worker. */
    Signature<Arguments, Object> call(String task, @Nullable Object... args) {
        return call(task, Arguments.of(args));
    }

    /** A call of a task of the Java worker. */
    Signature<Arguments, Object> callJava(String task, @Nullable Object... args) {
        return Task.untyped(task).with(Arguments.of(args)).queue(wiring.queue("java"));
    }

    Signature<Arguments, Object> call(String task, Arguments arguments) {
        return Task.untyped(task).with(arguments).queue(wiring.queue("python"));
    }
}
