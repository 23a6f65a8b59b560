package io.lovage.console;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.TaskSet;
import io.lovage.Worker;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A process for tests: {@code lovage worker} over a broker in its own memory, with one task that was sent before. The
 * first argument names the task, or is {@code idle}.
 */
public final class MemoryWorkerMain implements TaskSet {
    private static final String URL = "memory://worker";

    private static String task = "";

    public static void main(String[] args) {
        task = args[0];
        System.exit(LovageCommand.commandLine(Map.of(), false)
                .execute(
                        "worker",
                        "-A",
                        MemoryWorkerMain.class.getName(),
                        "-b",
                        URL,
                        "--grace",
                        args[1],
                        "-l",
                        args[2]));
    }

    @Override
    public void register(Worker.Builder worker) {
        worker.handle(Task.untyped("until.input"), MemoryWorkerMain::untilInput)
                .handle(Task.untyped("until.interrupted"), MemoryWorkerMain::untilInterrupted)
                .handle(Task.untyped("for.ever"), MemoryWorkerMain::forEver);
        if (!task.equals("idle")) {
            try (Lovage lovage = Lovage.connect(URL)) {
                lovage.send(Task.untyped(task), Arguments.none());
            }
        }
    }

    private static Object untilInput(Arguments arguments, TaskContext context) throws IOException {
        say("running");
        int read = System.in.read();
        say("finished");
        return read;
    }

    private static Object untilInterrupted(Arguments arguments, TaskContext context) throws InterruptedException {
        say("running");
        new CountDownLatch(1).await();
        return "not reached";
    }

    private static Object forEver(Arguments arguments, TaskContext context) {
        say("running");
        CountDownLatch never = new CountDownLatch(1);
        while (true) {
            try {
                never.await();
            } catch (InterruptedException e) {
                // this is what such a task does: it goes on
                say("not interested");
            }
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
