package io.lovage.tck.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.tck.KitRules;
import io.lovage.tck.RuleId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConformanceReportTest {
    @TempDir
    Path root;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void aProjectInWhichEverythingPassed() throws IOException {
        write("docs/semantics.md", semantics());
        write("broker-a/pom.xml", "<project/>");
        write("broker-a/src/test/resources/declared-limits.tsv", "a\t*\tR2.3\t*\tcannot do that\n");
        write(
                "broker-a/target/conformance/a-one.tsv",
                results("one", RuleId.atStartOf("R2.3").orElseThrow()));
        write("broker-a/target/surefire-reports/TEST-a.xml", skipped("declared limit R2.3 of a: cannot do that"));
        assertThat(run("--write")).isZero();
    }

    @Test
    void everyRuleOfTheSemanticsHasATestAndEveryTestARule() throws IOException {
        Path semantics = Path.of("../docs/semantics.md");

        Set<RuleId> stated =
                RuleTexts.parse(Files.readString(semantics)).titles().keySet();

        assertThat(KitRules.tests().keySet()).isEqualTo(stated);
    }

    @Test
    void whatWasWrittenIsChecked() throws IOException {
        assertThat(run("--check")).isZero();
    }

    @Test
    void aDeclaredLimitStandsInTheTableWithItsReason() throws IOException {
        assertThat(Files.readString(root.resolve("docs/conformance.md")))
                .contains("| R2.3 | Title of R2.3. | limit[^1] |")
                .contains("| R1.1 | Title of R1.1. | yes |")
                .contains("[^1]: a: cannot do that.");
    }

    @Test
    void variantsThatDifferAreNamed() throws IOException {
        write(
                "broker-a/target/conformance/a-two.tsv",
                results("two", RuleId.atStartOf("R9.1").orElseThrow()));
        run("--write");

        assertThat(Files.readString(root.resolve("docs/conformance.md")))
                .contains("| R9.1 | Title of R9.1. | one: yes; two: limit[^1] |")
                .contains("| R1.1 | Title of R1.1. | yes |");
    }

    @Test
    void aRunOfOneChapterSaysNothingOfTheOthers() throws IOException {
        String all = results("extra", RuleId.atStartOf("R11.3").orElseThrow()).replace("extra\n", "extra\t11\n");
        write(
                "broker-a/target/conformance/a-extra.tsv",
                all.lines()
                        .filter(line -> line.startsWith("#") || line.startsWith("R11."))
                        .collect(Collectors.joining("\n", "", "\n")));

        assertThat(run("--write")).isZero();

        assertThat(Files.readString(root.resolve("docs/conformance.md")))
                .contains("- `a` was run as `extra` (R11 alone), `one`.")
                .contains("| R1.1 | Title of R1.1. | yes |")
                .contains("| R11.3 | Title of R11.3. | extra: limit[^1]; one: yes |");
    }

    @Test
    void aTableThatDiffersIsAFailure() throws IOException {
        write("docs/conformance.md", "typed by hand");

        assertThat(run("--check")).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("differs");
    }

    @Test
    void aSkipThatNobodyDeclaredIsAFailure() throws IOException {
        write("broker-a/target/surefire-reports/TEST-b.xml", skipped("no server was found"));

        assertThat(run("--check")).isEqualTo(1);
        assertThat(run("--skips")).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("io.Some.test: no server was found");
    }

    @Test
    void aRuleThatFailedIsAFailureAndStandsInTheTable() throws IOException {
        write(
                "broker-a/target/conformance/a-one.tsv",
                results("one", RuleId.atStartOf("R2.3").orElseThrow()).replace("R1.1\tt\tPASS", "R1.1\tt\tFAIL"));

        assertThat(run("--write")).isEqualTo(1);
        assertThat(Files.readString(root.resolve("docs/conformance.md"))).contains("| R1.1 | Title of R1.1. | **NO**");
    }

    @Test
    void aRuleThatWasNotRunIsAFailure() throws IOException {
        write(
                "broker-a/target/conformance/a-one.tsv",
                results("one", RuleId.atStartOf("R2.3").orElseThrow()).replace("R1.1\tt\tPASS\t\n", ""));

        assertThat(run("--check")).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("no test of this rule was run");
    }

    @Test
    void aLimitOfABrokerThatWasNotRunIsAFailure() throws IOException {
        write(
                "broker-a/src/test/resources/declared-limits.tsv",
                "a\t*\tR2.3\t*\tcannot do that\na\telsewhere\tR2.4\t*\tfar away\nb\t*\tR2.4\t*\tno such broker\n");

        assertThat(run("--check")).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8))
                .contains("declared limit of a broker that was not run: declared limit R2.4 of b: no such broker")
                .doesNotContain("far away");
    }

    @Test
    void aServerThatIsNotThereAndNeedNotBeIsNoFailureButSaid() throws IOException {
        write("broker-a/target/surefire-reports/TEST-b.xml", skipped("not available: redis is not installed"));

        assertThat(run("--check")).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("skipped: not available: redis is not installed");
    }

    /**
     * The runner writes the reason of a test that aborts itself elsewhere than that of one that a condition disabled.
     */
    @Test
    void theReasonOfATestThatAbortedItselfIsFoundInItsStackTrace() throws IOException {
        write("broker-a/target/surefire-reports/TEST-b.xml", """
                <testsuite><testcase classname="io.Some" name="test"><skipped type="org.Aborted"><![CDATA[org.Aborted: not available: redis
                \tat io.Some.test]]></skipped></testcase></testsuite>""");

        assertThat(run("--skips")).isZero();
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("skipped: not available: redis\n");
    }

    @Test
    void aRuleWithoutATestIsAFailure() throws IOException {
        write("docs/semantics.md", semantics() + "- **R99.1** **New.**\n");

        assertThat(run("--check")).isEqualTo(1);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("rules without a test: [R99.1]");
    }

    @Test
    void aWrongCallSaysHowToCall() throws IOException {
        assertThat(run("--help")).isEqualTo(2);
        assertThat(said.toString(StandardCharsets.UTF_8)).contains("usage");
    }

    @Test
    void titlesMayBeBoldOverTwoLinesOrSentences() {
        RuleTexts texts = RuleTexts.parse("""
                ## R1 Chapter

                - **R1.1** **Bold over
                  two lines.** And more.
                - **R1.2** A sentence. And more.

                **R1.10** **A paragraph.** With text that names **R1.1** too.
                """);

        assertThat(texts.titles().values()).containsExactly("Bold over two lines.", "A sentence.", "A paragraph.");
    }

    private static String semantics() {
        StringBuilder text = new StringBuilder("# Rules\n\n");
        new TreeSet<>(KitRules.tests().keySet())
                .forEach(rule -> text.append("- **%s** **Title of %s.** And more.\n".formatted(rule, rule)));
        return text.toString();
    }

    private static String results(String variant, RuleId limited) {
        StringBuilder text = new StringBuilder("# a\t" + variant + "\n");
        KitRules.tests()
                .keySet()
                .forEach(rule -> text.append(rule)
                        .append(
                                rule.equals(limited)
                                        ? "\tt\tLIMIT\tdeclared limit " + rule + " of a: cannot do that\n"
                                        : "\tt\tPASS\t\n"));
        return text.toString();
    }

    private static String skipped(String message) {
        return "<testsuite><testcase classname=\"io.Some\" name=\"test\"><skipped message=\"" + message
                + "\"/></testcase></testsuite>";
    }

    private int run(String how) throws IOException {
        return ConformanceReport.run(
                List.of(how, root.toString()), new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private void write(String file, String text) throws IOException {
        Path path = root.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, text);
    }
}
