package io.lovage.interop;

import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.testservers.VictimProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * A queue from which a Java worker and Python workers take the same task, each in a process of its own. Not
 * thread-safe.
 */
final class SharedQueue implements AutoCloseable {
    private static final Task<Integer, Void> COUNT = Task.of("shared.count", Integer.class, Void.class);
    private static final Duration END_LIMIT = Duration.ofMinutes(2);
    private static final String SEND = """
            with app.producer_or_acquire() as producer:
                for number in range(begin, end):
                    app.send_task('shared.count', (number,), queue=queue, producer=producer, ignore_result=True)
            """;
    private static final int HIGHEST = 9;
    private static final String BY_PRIORITY = """
            from kombu import Queue
            target = Queue(queue, max_priority=highest)
            for number in numbers:
                app.send_task('shared.count', (number,), queue=target, priority=number, ignore_result=True)
            """;
    private static final String WAITING = """
            with app.connection() as connection:
                channel = connection.default_channel
                waiting = channel.queue_declare(queue=queue, durable=True, auto_delete=False).message_count
            waiting
            """;

    private final Wiring wiring;
    private final SharedFolder folder;
    private final String queue = "shared-" + UUID.randomUUID();
    private final Python client;
    private final Lovage lovage;

    SharedQueue(Wiring wiring, Path folder) {
        this.wiring = wiring;
        this.folder = new SharedFolder(folder);
        this.client = MixedSystem.of(wiring).python();
        this.lovage = MixedSystem.connect(wiring, "shared");
    }

    SharedFolder folder() {
        return folder;
    }

    VictimProcess javaWorker(int concurrency) throws InterruptedException {
        return CommandLineWorker.start(
                wiring, SharedTasks.class, environment(), "-Q", queue, "-c", Integer.toString(concurrency));
    }

    /** It acknowledges what has run, and looks for what others hold for longer than {@code visibilitySeconds}. */
    Python pythonWorker(int concurrency, int visibilitySeconds) {
        Map<String, String> settings = new HashMap<>(environment());
        settings.put("PEER_VISIBILITY_TIMEOUT", Integer.toString(visibilitySeconds));
        return pythonWorker(concurrency, settings);
    }

    /** One whose queues have priorities, as RabbitMQ wants to know when it declares them. */
    Python pythonWorkerByPriority() {
        Map<String, String> settings = new HashMap<>(environment());
        settings.put("PEER_MAX_PRIORITY", Integer.toString(HIGHEST));
        return pythonWorker(1, settings);
    }

    private Python pythonWorker(int concurrency, Map<String, String> settings) {
        return Python.worker(
                wiring, queue, settings, "-c", Integer.toString(concurrency), "-n", UUID.randomUUID() + "@interop");
    }

    private Map<String, String> environment() {
        return Map.of(SharedFolder.VARIABLE, folder.path().toString());
    }

    /** Calls with these numbers, the even half of them by a Java client and the rest by one of Python. */
    void send(int begin, int end) {
        int middle = (begin + end) / 2;
        lovage.sendAll(IntStream.range(begin, middle).mapToObj(this::call).toList());
        client.run(SEND, Map.of("begin", middle, "end", end, "queue", queue));
    }

    /**
     * Calls of a Python client; number and priority are the same. RabbitMQ's queue is one with priorities from here on.
     */
    void sendFromPythonByPriority(List<Integer> numbers) {
        client.run(BY_PRIORITY, Map.of("numbers", numbers, "queue", queue, "highest", HIGHEST));
    }

    /** Calls of a Java client; number and priority are the same. */
    void sendFromJavaByPriority(List<Integer> numbers) {
        lovage.sendAll(
                numbers.stream().map(number -> call(number).priority(number)).toList());
    }

    private Signature<Integer, Void> call(int number) {
        return COUNT.with(number).queue(queue).ignoreResult();
    }

    /** How many calls lie in the queue. */
    int waiting() {
        return client.run(WAITING, Map.of("queue", queue)) instanceof Integer number ? number : -1;
    }

    /** Asks workers to end when they have finished what they run, and returns when they have. */
    static boolean ended(List<VictimProcess> workers) throws InterruptedException {
        workers.forEach(VictimProcess::terminate);
        boolean all = true;
        for (VictimProcess worker : workers) {
            all &= worker.awaitExit(END_LIMIT).orElse(-1) == 0;
        }
        return all;
    }

    @Override
    public void close() {
        try (lovage) {
            lovage.deleteQueue(queue);
        }
    }
}
