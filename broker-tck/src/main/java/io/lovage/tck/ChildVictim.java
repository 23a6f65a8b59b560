package io.lovage.tck;

import io.lovage.spi.Settled;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A victim that is a process of its own, so that it can die and freeze as processes do. Thread-safe. */
final class ChildVictim implements Victim {
    private static final Logger LOG = LoggerFactory.getLogger(ChildVictim.class);

    private final Process process;
    private final Writer commands;
    private final VictimLog log;

    private ChildVictim(Process process, VictimLog log) {
        this.process = process;
        this.log = log;
        this.commands = new BufferedWriter(new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8));
    }

    /** Returns when it is connected and takes. */
    static ChildVictim start(String url, Optional<String> resultUrl, VictimSpec spec, Duration patience) {
        if (spec.crashAt().isPresent()) {
            throw new IllegalArgumentException(
                    "a child process cannot be crashed at a named step; let startVictim of the harness do it");
        }
        ProcessBuilder builder = new ProcessBuilder(command(spec));
        builder.environment().put(VictimWorker.URL, spec.url().orElse(url));
        resultUrl.ifPresent(results -> builder.environment().put(VictimWorker.RESULT_URL, results));
        builder.redirectError(ProcessBuilder.Redirect.INHERIT);
        try {
            ChildVictim victim = new ChildVictim(builder.start(), new VictimLog(patience));
            KitThreads.of("tck").named("victim-log").newThread(victim::listen).start();
            victim.log.awaitReady();
            return victim;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot start a worker process", e);
        }
    }

    private static List<String> command(VictimSpec spec) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                "-Xmx" + spec.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                VictimWorker.class.getName()));
        command.addAll(List.of(VictimWorker.arguments(spec)));
        return command;
    }

    private void listen() {
        try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
            lines.lines().forEach(log::add);
        } catch (IOException | UncheckedIOException e) {
            // killed while it was telling: what it has told is what counts
            LOG.debug("the victim's output ended", e);
        } finally {
            log.end();
        }
    }

    private synchronized void tell(String command) {
        try {
            commands.write(command + "\n");
            commands.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("the victim does not listen any more", e);
        }
    }

    @Override
    public List<String> awaitTaken(int count) {
        return log.awaitTaken(count);
    }

    @Override
    public void ack(String id) {
        tell(VictimSession.ack(id));
    }

    @Override
    public void ackAfter(String id, String queue, int copies) {
        tell(VictimSession.ackAfter(id, queue, copies));
    }

    @Override
    public void deadLetter(String id) {
        tell(VictimSession.deadLetter(id));
    }

    @Override
    public void storeResult(String id) {
        tell(VictimSession.storeResult(id));
    }

    @Override
    public Settled awaitSettled(String id) {
        return log.awaitSettled(id);
    }

    @Override
    public boolean awaitStored(String id) {
        return log.awaitStored(id);
    }

    @Override
    public void awaitLost(String id) {
        log.awaitLost(id);
    }

    @Override
    public void kill() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while killing a worker", e);
        }
    }

    @Override
    public void freeze() {
        signal("STOP");
    }

    @Override
    public void resume() {
        signal("CONT");
    }

    private void signal(String name) {
        try {
            int exit = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new AssertionError("kill -" + name + " of the worker ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot send a signal", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while sending a signal", e);
        }
    }

    @Override
    public void close() {
        kill();
    }
}
