package io.lovage.benchmarks.lane;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A JVM of its own that answers each line with a line, and is idle until it is asked. Used by one thread. */
public final class ChildJvm implements AutoCloseable {
    private static final long CLOSE_SECONDS = 60;

    private final String about;
    private final Process process;
    private final BufferedWriter orders;
    private final BufferedReader answers;

    private ChildJvm(String about, Process process) {
        this.about = about;
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    /**
     * Starts it with the class path of this one.
     *
     * @param about what it does, for errors
     */
    public static ChildJvm start(String about, Class<?> main, List<String> jvmOptions, List<String> arguments)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
        command.addAll(arguments);
        return new ChildJvm(
                about,
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    }

    /**
     * Sends one line and waits for the answer.
     *
     * @throws IOException when it has ended instead
     */
    public String ask(String order) throws IOException {
        orders.write(order);
        orders.newLine();
        orders.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException(about + " has failed; its error stands above");
        }
        return answer;
    }

    /** Lets it end in order; kills it when it does not. */
    @Override
    public void close() throws IOException {
        try (orders;
                answers) {
            orders.close();
            if (!process.waitFor(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
