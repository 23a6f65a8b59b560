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
import java.util.concurrent.CountDownLatch;
import org.slf4j.LoggerFactory;

/**
 * The tasks of a demo's worker process, which talks with its parent line by line. It tells on stdout what the parent
 * cannot see: that it has a chunk which was handed out before, or one which it holds. It hears on stdin {@value #HOLD},
 * which makes it keep every chunk that it gets from then on without working on it, so that a kill meets it with chunks
 * in hand, and {@value #GO_ON}, which makes it work again. The end of the input, which is also what a parent leaves
 * that dies, ends the process.
 */
public final class DemoWorkerTasks implements TaskSet {
    static final String HOLD = "hold";
    /** The answer on stdout. */
    static final String HOLDING = "holding";

    static final String GO_ON = "go on";
    /** What is said of a chunk that is held, before its number. */
    static final String HELD = "held ";
    /** What is said of a chunk that was handed out before, before its number. */
    static final String AGAIN = "again ";

    private volatile CountDownLatch gate = new CountDownLatch(0);

    @Override
    public void register(Worker.Builder worker) {
        worker.tasks(new ImportTasks(this::pass));
        Thread listener = new Thread(this::listen, "demo-stdin");
        listener.setDaemon(true);
        listener.start();
    }

    private void pass(Chunk chunk, TaskContext context) throws InterruptedException {
        CountDownLatch met = gate;
        if (met.getCount() > 0) {
            say(HELD + chunk.number());
            met.await();
        }
        if (context.deliveryCount() > 1) {
            say(AGAIN + chunk.number());
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    private void listen() {
        try (BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                if (line.equals(HOLD)) {
                    gate = new CountDownLatch(1);
                    say(HOLDING);
                } else if (line.equals(GO_ON)) {
                    gate.countDown();
                }
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(DemoWorkerTasks.class).warn("lost the parent process: {}", e.toString());
        }
        System.exit(0);
    }
}
