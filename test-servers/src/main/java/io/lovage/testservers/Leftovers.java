package io.lovage.testservers;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Nothing may outlive the JVM that started it. Two nets:
 *
 * 1. A shutdown hook kills what is still running and removes the folders. It covers every orderly exit.
 * 2. A shell, the guard, reads the list of living processes from its standard input, which this JVM holds open. When the
 *    JVM is gone for whatever reason, kill -9 included, the guard reads the end of its input, kills the last list it
 *    heard and removes the folders.
 *
 * A process is on the list from the moment it is started to the moment its end was seen, so that the guard never kills
 * a number that the system has given to somebody else meanwhile.
 */
/** Kills the processes and removes the folders that are left when the JVM ends. Thread-safe. */
final class Leftovers {
    private static final Logger LOG = LoggerFactory.getLogger(Leftovers.class);
    private static final String GUARD = """
            trap '' INT TERM HUP
            pids=
            while IFS= read -r line; do pids=$line; done
            for pid in $pids; do kill -9 "$pid" 2>/dev/null; done
            rm -rf "$1" || { sleep 1; rm -rf "$1"; }
            """;

    private static final Leftovers OF_THIS_JVM = new Leftovers();

    private final Set<Process> living = ConcurrentHashMap.newKeySet();
    private final Path root;
    private final BufferedWriter guard;

    private Leftovers() {
        try {
            root = Files.createTempDirectory("lovage-servers-");
            guard = new ProcessBuilder("/bin/sh", "-c", GUARD, "guard", root.toString())
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .outputWriter();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot prepare a folder and a guard for server processes", e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::clear, "lovage-servers-shutdown"));
    }

    static Leftovers ofThisJvm() {
        return OF_THIS_JVM;
    }

    /** A new empty folder that is removed at the end. */
    Path folder(String name) {
        try {
            return Files.createTempDirectory(root, name + "-");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot create a folder below " + root, e);
        }
    }

    /** Starts a process that does not outlive this JVM. */
    Process start(ProcessBuilder command) throws IOException {
        Process process = command.start();
        living.add(process);
        tellGuard();
        CompletableFuture<Void> unused = process.onExit().thenAccept(ended -> {
            living.remove(ended);
            tellGuard();
        });
        return process;
    }

    private synchronized void tellGuard() {
        try {
            guard.write(living.stream().map(p -> Long.toString(p.pid())).collect(Collectors.joining(" ")));
            guard.newLine();
            guard.flush();
        } catch (IOException e) {
            LOG.warn("the guard of the server processes is gone: they outlive this JVM when it is killed", e);
        }
    }

    private void clear() {
        List<Process> left = List.copyOf(living);
        left.forEach(Process::destroyForcibly);
        for (Process process : left) {
            try {
                process.waitFor(10, TimeUnit.SECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
        remove(root);
    }

    /** Removes a folder with everything in it. What cannot be removed is left to the guard. */
    static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> inside = Files.walk(folder)) {
            for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.debug("could not remove {} yet", folder, e);
        }
    }
}
