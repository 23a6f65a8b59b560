package io.lovage.console.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchEnvironment;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.BenchSample;
import io.lovage.benchmarks.report.Environment;
import io.lovage.benchmarks.report.Outcome;
import io.lovage.benchmarks.report.Terms;
import io.lovage.console.CommandRun;
import io.lovage.console.ExitCode;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What needs no measuring: a report of somebody else is shown, kept and compared. */
class BenchCommandTest {
    private static final Case LOVAGE = new Case(Contender.REDIS, Level.D1, What.PUBLISH, Variant.LOVAGE, 100);

    @TempDir
    private Path folder;

    @Nested
    class Shown {
        @Test
        void theTableAndThePathOfThePage() throws Exception {
            CommandRun run = bench("--from", report("r", 0, 90, 91, 92));
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertThat(run.out())
                    .contains("publish, tasks/s, 100 B", "redis", "0.91 (0.90 to 0.92)")
                    .contains("report: " + page());
            assertThat(page()).content().startsWith("<!DOCTYPE html>").contains("Which broker should I pick?");
        }

        @Test
        void theJsonIsKeptWhereItIsAskedFor() throws Exception {
            Path kept = folder.resolve("kept.json");
            String from = report("r", 0, 90, 91, 92);
            CommandRun run = bench("--from", from, "--json", kept.toString());
            assertThat(run.out()).contains("json: " + kept);
            assertThat(BenchReport.read(kept)).isEqualTo(BenchReport.read(Path.of(from)));
        }

        @Test
        void whatChangedSinceAnOlderRun() throws Exception {
            CommandRun run =
                    bench("--from", report("new", 0, 120, 121, 122), "--compare", report("old", 0, 90, 91, 92));
            assertThat(run.exitCode()).isZero();
            assertThat(run.out())
                    .contains("Changed beyond the noise:", "redis D1 publish lovage 100", "+33.0 %", "better");
        }

        @Test
        void aLostTaskIsAFailure() throws Exception {
            CommandRun run = bench("--from", report("r", 3, 90, 91, 92));
            assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(run.out()).contains("lovage 3, bare 0");
        }
    }

    @Nested
    class Refused {
        @Test
        void aBrokerThatIsNone() {
            refused("nothing to measure of mongodb", "--broker", "mongodb");
        }

        @Test
        void aUrlThatCannotBeMeasured() {
            CommandRun run = refused("cannot measure", "--url", "gopher://me:s3cret@host");
            assertThat(run.err()).doesNotContain("s3cret");
        }

        @Test
        void optionsThatContradictEachOther() {
            refused("leave out --broker", "--url", "redis://localhost", "--broker", "redis");
            refused("leave out --full, --url and --broker", "--from", "x.json", "--full");
        }

        @Test
        void filesBeforeAnythingIsMeasured() throws Exception {
            String none = folder.resolve("none").resolve("r.json").toString();
            refused("--json: there is no folder", "--json", none);
            refused("--compare: cannot read", "--compare", none);
            Path foreign = Files.writeString(folder.resolve("foreign.json"), "{\"rows\": []}");
            CommandRun run = refused("foreign.json: format is missing", "--compare", foreign.toString());
            assertThat(run.err()).contains("measure anew with bin/lovage bench --json FILE");
        }

        private CommandRun refused(String message, String... options) {
            CommandRun run = bench(options);
            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
            assertThat(run.out()).isEmpty();
            assertThat(run.err().lines())
                    .singleElement()
                    .asString()
                    .startsWith("lovage bench: ")
                    .contains(message);
            return run;
        }
    }

    @Nested
    class Progress {
        private final StringWriter err = new StringWriter();

        @Test
        void onATerminalItIsABar() throws Exception {
            BenchBar bar = new BenchBar(new PrintWriter(err), true);
            bar.begins(2);
            bar.sampled(LOVAGE, 0, 1_000);
            bar.done(BenchReport.read(Path.of(report("r", 0, 90))).rows().get(0));
            bar.end();
            assertThat(err.toString())
                    .contains("[" + ".".repeat(30) + "] 0/2  redis D1 publish lovage 100, round 1: 1,000 tasks/s")
                    .contains("[" + "#".repeat(15) + ".".repeat(15) + "] 1/2")
                    .doesNotContain("\n");
        }

        @Test
        void elsewhereItIsALineForEachRow() throws Exception {
            BenchBar bar = new BenchBar(new PrintWriter(err), false);
            bar.begins(2);
            bar.sampled(LOVAGE, 0, 1_000);
            bar.done(BenchReport.read(Path.of(report("r", 0, 90))).rows().get(0));
            bar.end();
            assertThat(err.toString().lines())
                    .containsExactly("2 rows to measure", "1/2  redis D1 publish lovage 100: 90 tasks/s");
        }
    }

    private CommandRun bench(String... options) {
        String[] all = new String[options.length + 3];
        all[0] = "bench";
        all[1] = "--report";
        all[2] = page().toString();
        System.arraycopy(options, 0, all, 3, options.length);
        return CommandRun.of(all);
    }

    private Path page() {
        return folder.resolve("page.html");
    }

    /** A file with a report of Lovage's rates beside a bare client that always does 100 tasks/s. */
    private String report(String name, long lost, double... rates) throws Exception {
        Environment machine =
                new Environment("2030-01-01T00:00:00Z", "a processor", 2, "an OS", "a JVM", "", Map.of(), 0, 0);
        BenchEnvironment environment = new BenchEnvironment(machine, "quick", "abc", Map.of());
        double[] hundreds =
                IntStream.range(0, rates.length).mapToDouble(round -> 100).toArray();
        BenchReport report = new BenchReport(
                environment, List.of(row(LOVAGE, lost, rates), row(LOVAGE.by(Variant.BARE), 0, hundreds)), List.of());
        Path file = folder.resolve(name + ".json");
        report.write(file);
        return file.toString();
    }

    private static BenchRow row(Case of, long lost, double... rates) {
        List<BenchSample> samples = IntStream.range(0, rates.length)
                .mapToObj(round -> new BenchSample(round, rates[round], null, null, null, null, false))
                .toList();
        return new BenchRow(of, new Terms("confirmed", Map.of()), Outcome.of(samples, lost, 0L), samples, List.of());
    }
}
