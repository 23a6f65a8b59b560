package io.lovage.console.demo;

import io.lovage.TaskContext;
import io.lovage.TaskSet;
import io.lovage.Worker;
import io.lovage.examples.bulkimport.Chunk;
import io.lovage.examples.bulkimport.ImportTasks;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * The tasks of a demo's worker process, which listens to its parent on stdin: {@value #HOLD} makes it keep every chunk
 * that it gets from then on without working on it, so that a kill meets it with chunks in hand; the end of the input,
 * which is also what a parent leaves that dies, ends the process.
 */
public final class DemoWorkerTasks implements TaskSet {
    static final String HOLD = "hold";
    /** The answer on stdout. */
    static final String HOLDING = "holding";

    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean holding;

    @Override
    public void register(Worker.Builder worker) {
        worker.tasks(new ImportTasks(this::pass));
        Thread listener = new Thread(this::listen, "demo-stdin");
        listener.setDaemon(true);
        listener.start();
    }

    /** Reports what the parent cannot see: that a chunk is held, or is here again. */
    private void pass(Chunk chunk, TaskContext context) throws InterruptedException {
        boolean hold = holding;
        if (hold || context.deliveryCount() > 1) {
            context.progress(new Taken(chunk.number(), ProcessHandle.current().pid(), hold).toJson());
        }
        if (hold) {
            never.await();
        }
    }

    private void listen() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(HOLD)) {
                    holding = true;
                    System.out.println(HOLDING);
                    System.out.flush();
                }
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(DemoWorkerTasks.class).warn("lost the parent process: {}", e.toString());
        }
        System.exit(0);
    }

    /** What a worker reports of a chunk it has taken. */
    record Taken(int chunk, long pid, boolean held) {
        Map<String, Object> toJson() {
            return Map.of("chunk", chunk, "pid", pid, "held", held);
        }

        /** Reads what {@link #toJson} wrote; empty when it is something else. */
        static Optional<Taken> fromJson(Object json) {
            return json instanceof Map<?, ?> map
                            && map.get("chunk") instanceof Number chunk
                            && map.get("pid") instanceof Number pid
                            && map.get("held") instanceof Boolean held
                    ? Optional.of(new Taken(chunk.intValue(), pid.longValue(), held))
                    : Optional.empty();
        }
    }
}
