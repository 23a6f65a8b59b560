package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.TaskSet;
import io.lovage.Worker;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UsageTest {
    private static final String BROKER = "memory://usage";

    @Nested
    class Help {
        @ParameterizedTest
        @ValueSource(strings = {"worker", "send", "result", "demo", "bench"})
        void showsAnExampleOfEachCommand(String command) {
            CommandRun run = CommandRun.of(command, "--help");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("Usage: lovage " + command).contains("  lovage " + command + " ");
        }

        @ParameterizedTest
        @ValueSource(strings = {"worker", "send", "result", "demo", "bench"})
        void breaksNoLineInTwo(String command) {
            CommandRun run = CommandRun.of(command, "--help");
            assertThat(run.out().lines()).allSatisfy(line -> assertThat(line).hasSizeLessThan(120));
        }

        @Test
        void listsTheCommandsAndTheExitCodes() {
            CommandRun run = CommandRun.of("--help");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).contains("worker", "send", "result", "demo", "Exit codes:");
        }

        @Test
        void tellsTheVersion() {
            CommandRun run = CommandRun.of("--version");
            assertThat(run.exitCode()).isZero();
            assertThat(run.out()).startsWith("lovage ").contains(", Java ");
        }
    }

    @Nested
    class Refused {
        @Test
        void withoutACommand() {
            refused("a command is missing");
        }

        @Test
        void anUnknownCommand() {
            refused("nonsense", "nonsense");
        }

        @Test
        void anUnknownOption() {
            refused("--nonsense", "send", "t", "--nonsense");
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "1.5", "x", "3000000000"})
        void aNumberThatIsNotPositive(String number) {
            refused("is not a whole number from 1 to", "worker", "-A", "x.Y", "-b", BROKER, "-c", number);
            refused("is not a whole number from 1 to", "demo", "--workers", number);
            refused("is not a whole number from 1 to", "demo", "--chunk-rows", number);
        }

        @ParameterizedTest
        @ValueSource(strings = {"0", "-1", "x", "1e99"})
        void aTimeThatIsNotPositive(String time) {
            refused("is not a number of seconds", "send", "t", "-b", BROKER, "--wait", "--timeout", time);
        }

        @Test
        void aTimeoutWithoutWaiting() {
            refused("--timeout needs --wait", "send", "t", "-b", BROKER, "--timeout", "3");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "--args   | [1,   | --args is not valid JSON",
                    "--args   | {}    | --args must be a JSON array, not an object",
                    "--args   | 3     | --args must be a JSON array, not 3",
                    "--args   | [] [] | --args is not valid JSON",
                    "--args   | [1    | --args is not valid JSON (line 1, column 3): Unexpected end-of-input: expected",
                    "--kwargs | [1]   | --kwargs must be a JSON object, not an array",
                    "--kwargs | {a:1} | --kwargs is not valid JSON"
                })
        void argumentsThatAreNotJson(String option, String json, String message) {
            refused(message, "send", "t", "-b", BROKER, option, json);
        }

        @Test
        void whatIsTooLongToBeRepeatedAsAWhole() {
            CommandRun text =
                    refused("--args must be a JSON array", "send", "t", "-b", BROKER, "--args", "1".repeat(4_000));
            assertThat(text.err()).hasSizeLessThan(300);
            CommandRun option = refused("Unmatched argument", "send", "t", "x".repeat(100_000));
            assertThat(option.err()).hasSizeLessThan(1_200);
        }

        @Test
        void aNumberThatNoMessageHolds() {
            CommandRun run = refused(
                    "a number has more than 4300 digits",
                    "send",
                    "t",
                    "-b",
                    BROKER,
                    "--args",
                    "[" + "1".repeat(4_301) + "]");
            assertThat(run.err()).doesNotContain("StreamReadConstraints");
        }

        @Test
        void aFileOfArgumentsThatIsNotThere() {
            refused(
                    "--args: cannot read file 'no/such/file': NoSuchFile",
                    "send",
                    "t",
                    "-b",
                    BROKER,
                    "--args",
                    "@no/such/file");
        }

        /** The story: an argument that began with @ was taken for a file of options. */
        @Test
        void optionsAreNotReadFromFiles() {
            refused("task name '@options' is not allowed", "send", "@options", "-b", BROKER);
        }

        /** The story: the task was sent, and only then was it found that its result could not come. */
        @Test
        void waitingForAResultThatNobodyKeeps() {
            refused(
                    "disabled:// keeps no results",
                    "send",
                    "t",
                    "-b",
                    "amqp://localhost/",
                    "-r",
                    "disabled://",
                    "--wait");
            refused(
                    "disabled:// keeps no results",
                    "result",
                    "some-id",
                    "-b",
                    "amqp://localhost/",
                    "-r",
                    "disabled://");
        }

        @Test
        void deadLettersWithoutTheirIds() {
            refused("the ids of the dead letters are missing", "dead-letters", "resend", "q", "-b", BROKER);
            refused("list takes no ids", "dead-letters", "list", "q", "some-id", "-b", BROKER);
            refused("expected one of [LIST, RESEND, DISCARD]", "dead-letters", "drop", "q", "-b", BROKER);
        }

        @Test
        void aFileWithoutAName() {
            refused("--file needs the name of a file", "demo", "--file", "");
        }

        @Test
        void aTaskNameThatIsNotAllowed() {
            refused("task name 'a b' is not allowed", "send", "a b", "-b", BROKER);
        }

        @Test
        void aQueueNameThatIsNotAllowed() {
            CommandRun run = CommandRun.besideOthers("send", "t", "-b", BROKER, "-Q", "a b");
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.errLines()).singleElement().asString().contains("queue name 'a b' is not allowed");
        }

        @Test
        void noBroker() {
            refused("no broker: give -b URL or set LOVAGE_BROKER_URL", "send", "t");
            refused("no broker", "result", "some-id");
            refused("no broker", "worker", "-A", Fine.class.getName());
        }

        @Test
        void aBrokerThatOnlyThisProcessSees() {
            refused("memory:// is seen by one process only", "send", "t", "-b", "memory://");
            CommandRun run = CommandRun.of(Map.of("LOVAGE_BROKER_URL", "memory://"), true, "send", "t");
            assertThat(run.err()).contains("memory:// is seen by one process only");
        }

        @Test
        void aUrlThatIsNone() {
            CommandRun run = refused("not a broker or result URL", "send", "t", "-b", "user:s3cret@host");
            assertThat(run.err()).doesNotContain("s3cret");
        }

        @Test
        void aSchemeThatNoModuleServes() {
            CommandRun run = refused("'gopher'", "send", "t", "-b", "gopher://me:s3cret@host");
            assertThat(run.err()).doesNotContain("s3cret");
        }

        @Test
        void lookingUpAResultWhereItGoesToTheSenderOnly() {
            refused("over rpc://", "result", "some-id", "-b", "amqp://localhost/");
            refused("over rpc://", "result", "some-id", "-b", "kafka://localhost:9092");
            refused("over rpc://", "result", "some-id", "-b", "amqp://localhost/", "-r", "rpc://");
        }

        private static CommandRun refused(String message, String... args) {
            CommandRun run = CommandRun.of(args);
            assertThat(run.exitCode()).as(run.err()).isEqualTo(ExitCode.USAGE);
            assertThat(run.out()).isEmpty();
            assertThat(run.errLines())
                    .singleElement()
                    .asString()
                    .startsWith("lovage")
                    .contains(message);
            return run;
        }
    }

    @Nested
    class RefusedTaskSets {
        @TempDir
        private Path folder;

        @Test
        void thatAreNotNamed() {
            assertThat(CommandRun.of("worker", "-b", BROKER).err())
                    .contains("Missing required option: '--app=<class>'");
        }

        @Test
        void thatDoNotExist() {
            refused("com.example.None", "-A com.example.None: no such class; name its jars with --classpath");
        }

        @Test
        void thatAreNoTaskSet() {
            refused(String.class.getName(), "-A java.lang.String does not implement io.lovage.TaskSet");
        }

        @Test
        void thatCannotBeMade() {
            refused(NotPublic.class.getName(), "must be a public class");
            refused(NeedsArgument.class.getName(), "has no public constructor without arguments");
            refused(Failing.class.getName(), "its constructor failed: java.lang.IllegalStateException: no database");
        }

        @Test
        void whoseClassPathCannotBeRead() {
            CommandRun run = CommandRun.besideOthers(
                    "worker",
                    "-b",
                    BROKER,
                    "-A",
                    "x.Y",
                    "--classpath",
                    folder.resolve("none.jar").toString());
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.err()).contains("--classpath: cannot read").contains("none.jar");
        }

        @Test
        void thatAreNotWhatTheirFileSays() throws IOException {
            Files.createDirectories(folder.resolve("x"));
            try (InputStream other = Fine.class.getResourceAsStream("UsageTest$Fine.class")) {
                Files.write(
                        folder.resolve("x/Y.class"),
                        Objects.requireNonNull(other).readAllBytes());
            }
            CommandRun run =
                    CommandRun.besideOthers("worker", "-b", BROKER, "-A", "x.Y", "--classpath", folder.toString());
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.errLines()).singleElement().asString().contains("-A x.Y cannot be loaded");
        }

        private static void refused(String className, String message) {
            CommandRun run = CommandRun.besideOthers("worker", "-b", BROKER, "-A", className);
            assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
            assertThat(run.errLines()).singleElement().asString().contains(message);
        }
    }

    /** A good one. */
    public static final class Fine implements TaskSet {
        @Override
        public void register(Worker.Builder worker) {}
    }

    /** Not public. */
    static final class NotPublic implements TaskSet {
        @Override
        public void register(Worker.Builder worker) {}
    }

    /** Cannot be made without an argument. */
    public record NeedsArgument(String argument) implements TaskSet {
        @Override
        public void register(Worker.Builder worker) {}
    }

    /** Cannot be made at all. */
    public static final class Failing implements TaskSet {
        public Failing() {
            throw new IllegalStateException("no database");
        }

        @Override
        public void register(Worker.Builder worker) {}
    }
}
