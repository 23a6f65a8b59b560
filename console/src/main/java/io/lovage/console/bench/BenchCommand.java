package io.lovage.console.bench;

import io.lovage.benchmarks.BenchRun;
import io.lovage.benchmarks.page.HtmlReport;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.Compare;
import io.lovage.benchmarks.report.CompareTable;
import io.lovage.benchmarks.report.Tables;
import io.lovage.console.ExitCode;
import io.lovage.console.Signals;
import io.lovage.console.Terminal;
import io.lovage.console.UsageException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Compares brokers, each with its bare client beside it. */
@Command(
        name = "bench",
        description = {
            "Measures every broker on this machine: through Lovage, through the bare client with the same bytes and the",
            "same guarantee, and through the bare client with bytes that nobody builds or reads (the ceiling).",
            "Prints a table and writes a page with charts. Private servers are started and removed.",
            ""
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "The quick run takes less than ten minutes, --full hours. Exit code: 1 if a task was lost or something could",
            "not be measured. What the figures mean, and what they do not: docs/benchmarks.md.",
            "",
            "Examples:",
            "  lovage bench",
            "  lovage bench --broker redis,kafka-batch --json new.json --compare old.json",
            "  lovage bench --url redis://localhost:6379/0",
            "  lovage bench --from new.json --report new.html"
        })
public final class BenchCommand implements Callable<Integer> {
    private static final int CLEAN_UP_SECONDS = 20;

    @Option(
            names = "--broker",
            paramLabel = "NAME",
            split = ",",
            description = {
                "memory, rabbitmq, redis, kafka, or one form of them: rabbitmq-classic, rabbitmq-quorum,",
                "kafka-batch, kafka-lane; several with commas; default: all"
            })
    private List<String> brokers = List.of();

    @Option(names = "--full", description = "every level of durability and every size, more rounds; takes hours")
    private boolean full;

    @Option(
            names = "--url",
            paramLabel = "URL",
            description = {
                "measure this server of yours, in queues with names of their own that are removed afterwards;",
                "what is there is not touched"
            })
    private @Nullable String url;

    @Option(
            names = "--compare",
            paramLabel = "FILE",
            description = "say what changed since the run this --json file is of")
    private @Nullable Path compare;

    @Option(names = "--json", paramLabel = "FILE", description = "keep everything that was found in this file")
    private @Nullable Path json;

    @Option(names = "--report", paramLabel = "FILE", description = "the page; default: lovage-bench.html")
    private Path page = Path.of("lovage-bench.html");

    @Option(names = "--from", paramLabel = "FILE", description = "measure nothing, show what this --json file holds")
    private @Nullable Path from;

    @CommandLine.Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandLine.Model.CommandSpec spec;

    @Override
    public Integer call() throws Exception {
        check();
        Optional<BenchReport> before = compare == null ? Optional.empty() : Optional.of(read("--compare", compare));
        BenchReport report = from == null ? measure() : read("--from", from);
        if (json != null) {
            BenchOutput.write("--json", json, report::write);
        }
        BenchOutput.write("--report", page, file -> HtmlReport.write(report, file));
        print(report, before);
        return isWhole(report) ? ExitCode.OK : ExitCode.FAILED;
    }

    /** Everything that can be wrong is found before anything is measured. */
    private void check() {
        if (url != null && !brokers.isEmpty()) {
            throw new UsageException("--url says which broker it is: leave out --broker");
        }
        if (from != null && (full || url != null || !brokers.isEmpty())) {
            throw new UsageException("--from measures nothing: leave out --full, --url and --broker");
        }
        BenchOutput.check("--json", json);
        BenchOutput.check("--report", page);
    }

    private BenchReport measure() throws Exception {
        PrintWriter err = spec.commandLine().getErr();
        BenchBar bar = new BenchBar(err, Terminal.onStderr());
        Thread measuring = Thread.currentThread();
        CountDownLatch cleanedUp = new CountDownLatch(1);
        return Signals.during(
                () -> {
                    try (BenchRun run = BenchRun.of(full, brokers, Optional.ofNullable(url))) {
                        return run.report(bar);
                    } finally {
                        bar.end();
                        cleanedUp.countDown();
                    }
                },
                () -> stop(measuring, cleanedUp));
    }

    /** What is left in somebody's server is removed by who put it there. */
    private static int stop(Thread measuring, CountDownLatch cleanedUp) {
        measuring.interrupt();
        try {
            boolean inTime = cleanedUp.await(CLEAN_UP_SECONDS, TimeUnit.SECONDS);
            LoggerFactory.getLogger(BenchCommand.class).debug("cleaned up: {}", inTime);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return ExitCode.INTERRUPTED;
    }

    private static BenchReport read(String option, Path file) {
        try {
            return BenchReport.read(file);
        } catch (IOException e) {
            throw new UsageException(
                    option + ": cannot read " + file + ": " + e.getClass().getSimpleName(), e);
        }
    }

    private void print(BenchReport report, Optional<BenchReport> before) {
        PrintWriter out = spec.commandLine().getOut();
        Tables.brief(report).forEach(table -> {
            table.lines().forEach(out::println);
            out.println();
        });
        before.ifPresent(old -> {
            CompareTable.lines(Compare.of(old, report)).forEach(out::println);
            out.println();
        });
        if (json != null) {
            out.println("json: " + json.toAbsolutePath().normalize());
        }
        out.println("report: " + page.toAbsolutePath().normalize());
        out.flush();
    }

    /** Whether every row has a score and nothing was lost. */
    private static boolean isWhole(BenchReport report) {
        return report.rows().stream().map(BenchRow::outcome).noneMatch(outcome -> {
            Long lost = outcome.lost();
            return outcome.score() == null || (lost != null && lost > 0);
        });
    }
}
