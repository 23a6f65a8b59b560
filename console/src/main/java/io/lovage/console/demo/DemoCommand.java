package io.lovage.console.demo;

import io.lovage.console.ExitCode;
import io.lovage.console.PositiveNumber;
import io.lovage.console.Signals;
import io.lovage.console.Terminal;
import io.lovage.console.UsageException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Imports a CSV file over a task queue. */
@Command(
        name = "demo",
        description = {
            "Cuts a CSV file into chunk tasks, checks and profiles them with workers, and sums up.",
            "Without a broker everything runs in this process. The first row names the columns; a column has the",
            "narrowest of integer, decimal, date (yyyy-MM-dd) and text that its values in the first 1,000 rows fit;",
            "rows that do not fit are rejected with number and reason. Different values are counted exactly up to",
            "200,000 in a column (1,000,000 in a table), and estimated beyond that.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The queue has a name of its own for each run and is deleted at the end.",
            "",
            "Examples:",
            "  lovage demo",
            "  lovage demo --file flights.csv --json",
            "  lovage demo --broker amqp://guest:guest@localhost:5672/ --kill-one",
            "  lovage demo --broker kafka://localhost:9092 --kill-one"
        })
public final class DemoCommand implements Callable<Integer> {
    private static final int PROCESSES = 2;

    @Option(
            names = "--file",
            paramLabel = "F",
            description = "the CSV file; default: the table of all characters this Java knows, in a temporary file")
    private @Nullable Path file;

    @Option(
            names = {"-b", "--broker"},
            paramLabel = "URL",
            description =
                    "run over this broker with worker processes; default: in memory, whatever LOVAGE_BROKER_URL says")
    private @Nullable String broker;

    @Option(
            names = {"-r", "--results"},
            paramLabel = "URL",
            description = "the result backend; default: the broker's own")
    private @Nullable String results;

    @Option(names = "--kill-one", description = "kill one worker process (kill -9) half way while it holds chunks")
    private boolean killOne;

    @Option(names = "--json", description = "one line of JSON on stdout, everything else on stderr")
    private boolean json;

    @Option(
            names = "--workers",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "worker processes with a broker (default: 2), worker threads in memory (default: processors)")
    private @Nullable Integer workers;

    @Option(
            names = "--chunk-rows",
            paramLabel = "N",
            converter = PositiveNumber.class,
            description = "rows in a chunk, which also ends after 1 MiB; default: 500")
    private int chunkRows = 500;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        DemoSettings settings = settings();
        PrintWriter err = spec.commandLine().getErr();
        Cleanup cleanup = new Cleanup();
        try (cleanup) {
            ProgressBar bar = new ProgressBar(err, Terminal.onStderr());
            print(Signals.during(new DemoRun(settings, bar, cleanup)::run, () -> interrupted(cleanup)));
            return ExitCode.OK;
        } catch (DemoFailedException e) {
            err.println("lovage demo: " + e.getMessage());
            return ExitCode.FAILED;
        }
    }

    private static int interrupted(Cleanup cleanup) {
        cleanup.close();
        return ExitCode.INTERRUPTED;
    }

    private DemoSettings settings() {
        if (file != null && file.toString().isBlank()) {
            throw new UsageException("--file needs the name of a file");
        }
        if (killOne && broker == null) {
            throw new UsageException("--kill-one needs --broker: in memory there is no second process");
        }
        if (results != null && broker == null) {
            throw new UsageException("--results needs --broker: in memory results are in memory too");
        }
        int count =
                workers == null ? (broker == null ? Runtime.getRuntime().availableProcessors() : PROCESSES) : workers;
        if (killOne && count < PROCESSES) {
            throw new UsageException("--kill-one needs at least 2 --workers: somebody must go on");
        }
        return new DemoSettings(
                Optional.ofNullable(file),
                Optional.ofNullable(broker),
                Optional.ofNullable(results),
                killOne,
                count,
                chunkRows);
    }

    private void print(DemoOutcome outcome) {
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(JsonReport.line(outcome));
        } else {
            SummaryTable.lines(outcome).forEach(out::println);
        }
        out.flush();
    }
}
