package io.lovage.benchmarks.lane;

import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Row;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One variant of one row in a JVM of its own, idle until it is asked. Used by one thread. */
public final class LaneProcess implements AutoCloseable {
    /** The same for every variant. */
    public static final List<String> JVM_OPTIONS = List.of("-Xms2g", "-Xmx2g");

    private static final long CLOSE_SECONDS = 30;

    private final Row row;
    private final Variant variant;
    private final Process process;
    private final BufferedWriter orders;
    private final BufferedReader answers;

    private LaneProcess(Row row, Variant variant, Process process) {
        this.row = row;
        this.variant = variant;
        this.process = process;
        this.orders = process.outputWriter(StandardCharsets.UTF_8);
        this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    public static LaneProcess start(Row row, Variant variant, String url) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(JVM_OPTIONS);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Lane.class.getName()));
        command.addAll(List.of(row.name(), variant.name(), url));
        return new LaneProcess(
                row,
                variant,
                new ProcessBuilder(command).redirectError(Redirect.INHERIT).start());
    }

    /** Does the work once. */
    public Sample measure() throws IOException {
        orders.newLine();
        orders.flush();
        String answer = answers.readLine();
        if (answer == null) {
            throw new IOException(row.name() + " by " + variant + " has failed; its error stands above");
        }
        String[] numbers = answer.split(" ", -1);
        double seconds = Long.parseLong(numbers[0]) / 1e9;
        double cpuMicros = Long.parseLong(numbers[1]) / 1e3;
        int tasks = row.facts().tasks();
        return new Sample(tasks / seconds, cpuMicros / tasks);
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
