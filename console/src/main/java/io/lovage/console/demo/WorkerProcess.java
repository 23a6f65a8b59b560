package io.lovage.console.demo;

import io.lovage.console.LovageCommand;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A {@code lovage worker} in a JVM of its own, with the class path of this one. Thread-safe. */
final class WorkerProcess implements AutoCloseable {
    private static final Duration START = Duration.ofSeconds(60);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final Duration STOP = Duration.ofSeconds(5);

    /** What it is to do. */
    record Spec(String name, String queue, int slots, String brokerUrl, Optional<String> resultsUrl) {}

    /** Hears what a worker process tells of chunks, on the thread that reads its output. */
    interface Listener {
        /** It keeps this chunk without working on it. */
        void held(WorkerProcess process, int chunk);

        /** It works on this chunk, which was handed out before. */
        void again(WorkerProcess process, int chunk);
    }

    private final Process process;
    private final Listener listener;
    private final CompletableFuture<Void> ready = new CompletableFuture<>();
    private final CompletableFuture<Void> holding = new CompletableFuture<>();

    private WorkerProcess(Process process, Listener listener) {
        this.process = process;
        this.listener = listener;
        Thread reader = new Thread(this::read, "demo-worker-" + process.pid());
        reader.setDaemon(true);
        reader.start();
    }

    /** Starts it; the URLs go through the environment, where other users of the machine cannot read them. */
    static WorkerProcess start(Spec spec, Listener listener) throws IOException {
        List<String> command = new ArrayList<>(List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), LovageCommand.class.getName()));
        command.addAll(List.of("worker", "-A", DemoWorkerTasks.class.getName(), "-Q", spec.queue(), "-n", spec.name()));
        command.addAll(List.of("-c", Integer.toString(spec.slots()), "-l", "warn", "--grace", "1"));
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("LOVAGE_BROKER_URL", spec.brokerUrl());
        builder.environment().remove("LOVAGE_RESULT_URL");
        spec.resultsUrl().ifPresent(url -> builder.environment().put("LOVAGE_RESULT_URL", url));
        return new WorkerProcess(builder.start(), listener);
    }

    private static String java() {
        return ProcessHandle.current().info().command().orElse("java");
    }

    private void read() {
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                hear(line);
            }
            ended(new IOException("its end"));
        } catch (IOException e) {
            ended(e);
        }
    }

    private void hear(String line) {
        if (line.startsWith("ready")) {
            ready.complete(null);
        } else if (line.equals(DemoWorkerTasks.HOLDING)) {
            holding.complete(null);
        } else if (line.startsWith(DemoWorkerTasks.HELD)) {
            listener.held(this, Integer.parseInt(line.substring(DemoWorkerTasks.HELD.length())));
        } else if (line.startsWith(DemoWorkerTasks.AGAIN)) {
            listener.again(this, Integer.parseInt(line.substring(DemoWorkerTasks.AGAIN.length())));
        }
    }

    private void ended(IOException cause) {
        ready.completeExceptionally(cause);
        holding.completeExceptionally(cause);
    }

    long pid() {
        return process.pid();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Returns when it takes tasks. */
    void awaitReady() throws InterruptedException {
        await(ready, START, "take tasks");
    }

    /** Makes it keep what it gets from now on; returns when it has understood. */
    void hold() throws InterruptedException {
        try {
            tell(DemoWorkerTasks.HOLD);
        } catch (IOException e) {
            throw new DemoFailedException("worker process " + pid() + " does not listen: " + e.getMessage());
        }
        await(holding, ANSWER, "hold its chunks");
    }

    /** Lets it work on what it holds, and on what it gets. */
    void goOn() {
        try {
            tell(DemoWorkerTasks.GO_ON);
        } catch (IOException e) {
            ended(e); // it has ended, which whoever waits for its work finds out
        }
    }

    private void tell(String line) throws IOException {
        OutputStream in = process.getOutputStream();
        in.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        in.flush();
    }

    private void await(CompletableFuture<Void> signal, Duration timeout, String what) throws InterruptedException {
        try {
            signal.get(timeout.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw failed(what, "within " + timeout.toSeconds() + " s");
        } catch (ExecutionException e) {
            throw failed(what, "because of " + e.getCause());
        }
    }

    private DemoFailedException failed(String what, String why) {
        return new DemoFailedException("worker process " + pid() + " did not " + what + " " + why);
    }

    /** Kills it as {@code kill -9} does. */
    void kill() {
        process.destroyForcibly();
    }

    /** Tells it to end, and kills it when it does not. Idempotent. */
    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(STOP.toMillis(), TimeUnit.MILLISECONDS)) {
                kill();
            }
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }
}
