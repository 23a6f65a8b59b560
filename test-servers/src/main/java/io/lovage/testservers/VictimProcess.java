package io.lovage.testservers;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * A child JVM with the class path of this one, or another program, for what cannot be done to a thread: kill it, freeze
 * it, let it exit. It ends with this JVM at the latest. Thread-safe.
 */
public final class VictimProcess implements AutoCloseable {
    private static final Duration KILL_LIMIT = Duration.ofSeconds(20);
    private static final Duration LAST_WORDS_LIMIT = Duration.ofSeconds(5);

    /**
     * What the child runs.
     *
     * @param mainClass its name
     * @param jvmOptions beside a small heap and a fast start
     * @param environment variables beside those of this JVM
     */
    public record Program(
            String mainClass, List<String> arguments, List<String> jvmOptions, Map<String, String> environment) {
        public Program {
            arguments = List.copyOf(arguments);
            jvmOptions = List.copyOf(jvmOptions);
            environment = Map.copyOf(environment);
        }
    }

    private final Process process;
    private final PrintedLines out;
    private final PrintedLines err;

    private VictimProcess(Process process) {
        this.process = process;
        this.out = read(process.inputReader(), "out");
        this.err = read(process.errorReader(), "err");
    }

    /** Starts a main class. */
    public static VictimProcess start(Class<?> mainClass, String... arguments) {
        return start(new Program(mainClass.getName(), List.of(arguments), List.of(), Map.of()));
    }

    /** Starts a program; does not wait for anything it does. */
    public static VictimProcess start(Program program) {
        List<String> words = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:-UsePerfData"));
        words.addAll(program.jvmOptions());
        words.addAll(List.of("-cp", System.getProperty("java.class.path"), program.mainClass()));
        words.addAll(program.arguments());
        return start(words, program.environment());
    }

    /**
     * Starts any program; does not wait for anything it does.
     *
     * @param words the program and its arguments
     * @param environment variables beside those of this JVM
     */
    public static VictimProcess start(List<String> words, Map<String, String> environment) {
        ProcessBuilder builder = new ProcessBuilder(words);
        builder.environment().putAll(environment);
        try {
            return new VictimProcess(Leftovers.ofThisJvm().start(builder));
        } catch (IOException e) {
            throw new ServerException("cannot start " + words.get(0), e);
        }
    }

    private PrintedLines read(BufferedReader reader, String stream) {
        PrintedLines lines = new PrintedLines();
        Thread thread = new Thread(() -> lines.readAll(reader), "victim-" + process.pid() + "-" + stream);
        thread.setDaemon(true);
        thread.start();
        return lines;
    }

    /**
     * Waits for a line on standard output, past those that were returned before.
     *
     * @throws ServerException when the process ends or the limit passes without such a line, with all it printed
     */
    public String awaitLine(Predicate<String> wanted, Duration limit) throws InterruptedException {
        Optional<String> line = out.await(wanted, limit);
        if (line.isPresent()) {
            return line.get();
        }
        boolean ended = out.hasEnded();
        if (ended) {
            // it printed its last words before it ended, but they may not have been read yet
            err.awaitEnd(LAST_WORDS_LIMIT);
        }
        throw new ServerException("the child process " + (ended ? "ended without" : "did not print")
                + " the expected line within " + limit + "; it printed:\n"
                + String.join("\n", lines()) + "\nand on standard error:\n" + String.join("\n", errors()));
    }

    /** Waits for a line that begins with some text. */
    public String awaitLine(String beginning, Duration limit) throws InterruptedException {
        return awaitLine(line -> line.startsWith(beginning), limit);
    }

    /** What it has printed on standard output so far. */
    public List<String> lines() {
        return out.all();
    }

    /** What it has printed on standard error so far. */
    public List<String> errors() {
        return err.all();
    }

    /** Writes a line to its standard input. */
    public synchronized void send(String line) {
        try {
            process.outputWriter().write(line + "\n");
            process.outputWriter().flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the child process does not read", e);
        }
    }

    /** The number of the process. */
    public long pid() {
        return process.pid();
    }

    /** True until it has ended, also while frozen. */
    public boolean isAlive() {
        return process.isAlive();
    }

    /** Ends it at once, as {@code kill -9} does, and returns when it is gone. Harmless when it has ended. */
    public void kill() {
        signal(true);
        if (!Waiting.until(KILL_LIMIT, () -> !process.isAlive())) {
            throw new ServerException("process " + process.pid() + " was killed and is still there");
        }
    }

    /** Asks it to end, as {@code SIGTERM} does; does not wait. */
    public void terminate() {
        signal(false);
    }

    /** Through the handle: the methods of the process itself would close its streams, and its last words be lost. */
    private void signal(boolean force) {
        ProcessHandle handle = process.toHandle();
        boolean requested = force ? handle.destroyForcibly() : handle.destroy();
        if (!requested && process.isAlive()) {
            throw new ServerException("the system refused to end process " + process.pid());
        }
    }

    /** Stops it where it stands, as {@code SIGSTOP} does, and returns when every thread of it has stopped. */
    public void freeze() {
        Signals.freeze(process.pid());
    }

    /** Lets it go on after {@link #freeze}. */
    public void resume() {
        Signals.resume(process.pid());
    }

    /** Waits for its end and returns its exit code; empty when it has not ended within the limit. */
    public OptionalInt awaitExit(Duration limit) throws InterruptedException {
        boolean ended = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        return ended ? OptionalInt.of(process.exitValue()) : OptionalInt.empty();
    }

    /** The same as {@link #kill}. */
    @Override
    public void close() {
        kill();
    }
}
