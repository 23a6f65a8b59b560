package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A Java process with the class path of this one, whose stderr goes to a file. Ends at the latest with the test. */
public record RunningProcess(Process process, BufferedReader out, Path log) implements AutoCloseable {
    /** Its stderr can be read line by line with {@link #awaitLine}, among what it prints on stdout. */
    public static RunningProcess startMerged(Path folder, Class<?> main, String... args) throws IOException {
        return start(folder, Map.of(), true, main, args);
    }

    public static RunningProcess start(Path folder, Map<String, String> environment, Class<?> main, String... args)
            throws IOException {
        return start(folder, environment, false, main, args);
    }

    private static RunningProcess start(
            Path folder, Map<String, String> environment, boolean merged, Class<?> main, String... args)
            throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        List<String> command = new ArrayList<>(
                List.of(java, "-XX:+UseSerialGC", "-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(Arrays.asList(args));
        Path log = Files.createTempFile(folder, "stderr", ".log");
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(merged);
        if (!merged) {
            builder.redirectError(log.toFile());
        }
        builder.environment().putAll(environment);
        Process process = builder.start();
        return new RunningProcess(process, process.inputReader(StandardCharsets.UTF_8), log);
    }

    /** Reads on until a line that begins so. */
    public String awaitLine(String beginning) throws IOException {
        for (String line = out.readLine(); line != null; line = out.readLine()) {
            if (line.startsWith(beginning)) {
                return line;
            }
        }
        throw new AssertionError("the process ended without saying '" + beginning + "': " + errors());
    }

    /** SIGTERM; unlike {@link Process#destroy} it leaves the streams open. */
    public void terminate() {
        assertThat(process.toHandle().destroy()).isTrue();
    }

    /** Waits for the end. */
    public int exitCode(int withinSeconds) throws InterruptedException, IOException {
        if (!process.waitFor(withinSeconds, TimeUnit.SECONDS)) {
            throw new AssertionError("the process did not end within " + withinSeconds + " s: " + errors());
        }
        return process.exitValue();
    }

    public String errors() throws IOException {
        return Files.readString(log);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
