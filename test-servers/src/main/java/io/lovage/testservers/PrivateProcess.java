package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One program that can be started again and again with the same command, and frozen or killed in between. It ends with
 * this JVM at the latest. Thread-safe; the operations of one process exclude each other.
 */
final class PrivateProcess implements Hosting {
    /**
     * What is run.
     *
     * @param name for messages and the name of the log
     * @param inherited whether a variable of this JVM's environment is passed on
     * @param log where both outputs of the process go
     */
    record Command(
            String name,
            List<String> words,
            java.util.function.Predicate<String> inherited,
            Map<String, String> environment,
            Path folder,
            Path log) {}

    private static final Duration TERM_LIMIT = Duration.ofSeconds(30);
    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
    private static final int TAIL_CHARACTERS = 4_000;

    private final Command command;
    private @Nullable Process process;

    PrivateProcess(Command command) {
        this.command = command;
    }

    @Override
    public synchronized void start(Duration limit, BooleanSupplier ready) {
        if (isAlive()) {
            throw new IllegalStateException(command.name() + " is already running");
        }
        Process started = launch();
        process = started;
        boolean isReady = Waiting.until(limit, () -> !started.isAlive() || ready.getAsBoolean());
        if (!started.isAlive()) {
            throw new ServerException(
                    command.name() + " ended with code " + started.exitValue() + " while starting" + tail());
        }
        if (!isReady) {
            String printed = tail();
            kill();
            throw new ServerException(command.name() + " was not ready within " + limit + printed);
        }
    }

    private Process launch() {
        ProcessBuilder builder = new ProcessBuilder(command.words());
        builder.directory(command.folder().toFile());
        builder.environment().keySet().removeIf(command.inherited().negate());
        builder.environment().putAll(command.environment());
        builder.redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        builder.redirectErrorStream(true);
        builder.redirectOutput(ProcessBuilder.Redirect.appendTo(command.log().toFile()));
        try {
            return Leftovers.ofThisJvm().start(builder);
        } catch (IOException e) {
            throw new ServerException("cannot start " + command.name() + ": " + e.getMessage(), e);
        }
    }

    @Override
    public synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public synchronized long pid() {
        return living().pid();
    }

    private Process living() {
        Process current = process;
        if (current == null || !current.isAlive()) {
            throw new IllegalStateException(command.name() + " is not running");
        }
        return current;
    }

    @Override
    public synchronized void kill() {
        Process current = process;
        if (current == null) {
            return;
        }
        List<ProcessHandle> helpers = current.descendants().toList();
        current.destroyForcibly();
        helpers.forEach(ProcessHandle::destroyForcibly);
        awaitEnd(current, KILL_LIMIT);
        if (!Waiting.until(KILL_LIMIT, () -> helpers.stream().noneMatch(ProcessHandle::isAlive))) {
            throw new ServerException("helper processes of " + command.name() + " are still there: " + helpers);
        }
    }

    @Override
    public synchronized void terminate() {
        Process current = process;
        if (current == null) {
            return;
        }
        if (current.isAlive()) {
            Signals.resume(current.pid());
            current.destroy();
            awaitEnd(current, TERM_LIMIT);
        }
        kill();
    }

    private static void awaitEnd(Process process, Duration limit) {
        try {
            process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public synchronized void freeze() {
        Signals.freeze(living().pid());
    }

    @Override
    public synchronized void resume() {
        Signals.resume(living().pid());
    }

    /** Nothing: the folder with its files belongs to whoever made the process. */
    @Override
    public void remove() {}

    @Override
    public String tail() {
        try {
            String all = new String(Files.readAllBytes(command.log()), StandardCharsets.UTF_8);
            String end = all.length() > TAIL_CHARACTERS ? all.substring(all.length() - TAIL_CHARACTERS) : all;
            return end.isBlank() ? "; it printed nothing" : "; it printed:\n" + end;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
