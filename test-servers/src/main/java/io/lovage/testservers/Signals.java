package io.lovage.testservers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The signals the JDK has no method for. The shell sends them: its {@code kill} is always there. */
final class Signals {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private Signals() {}

    /**
     * Stops a process and returns when it stands. The signal alone is not enough: the threads of the process stop one
     * after the other, and the last ones may still answer a request that was sent after the signal.
     */
    static void freeze(long pid) {
        send(pid, "STOP");
        if (!Waiting.until(LIMIT, () -> isFrozen(pid))) {
            throw new ServerException("process " + pid + " does not stop");
        }
    }

    static void resume(long pid) {
        send(pid, "CONT");
    }

    private static void send(long pid, String signal) {
        run("kill", "-s", signal, Long.toString(pid));
    }

    private static String run(String... words) {
        String command = String.join(" ", words);
        return Programs.run(List.of("/bin/sh", "-c", command), variable -> true, Map.of(), LIMIT);
    }

    private static boolean isFrozen(long pid) {
        Path threads = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(threads)) {
            return run("ps", "-o", "state=", "-p", Long.toString(pid)).strip().startsWith("T");
        }
        try (Stream<Path> all = Files.list(threads)) {
            return all.allMatch(Signals::isStopped);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * In the line of a thread its state follows the closing parenthesis of its name; a thread without line has ended.
     */
    private static boolean isStopped(Path thread) {
        try {
            String line = Files.readString(thread.resolve("stat"));
            return line.startsWith("T", line.lastIndexOf(')') + 2);
        } catch (IOException e) {
            return !Files.exists(thread);
        }
    }
}
