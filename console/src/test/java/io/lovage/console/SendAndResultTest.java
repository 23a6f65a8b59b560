package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Arguments;
import io.lovage.Lovage;
import io.lovage.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SendAndResultTest {
    private final String url = "memory://send-" + UUID.randomUUID();
    private final Lovage lovage = Lovage.connect(url);

    @BeforeEach
    void startWorker() {
        lovage.worker()
                .queues("celery", "other")
                .handle(Task.untyped("echo"), (arguments, context) -> echo(arguments, context.queue()))
                .handle(Task.untyped("fail"), (arguments, context) -> {
                    throw new IllegalStateException("no luck");
                })
                .handle(Task.untyped("fail.silently"), (arguments, context) -> {
                    throw new IllegalStateException();
                })
                .start();
    }

    @AfterEach
    void close() {
        lovage.close();
    }

    private static Map<String, @Nullable Object> echo(Arguments arguments, String queue) {
        Map<String, @Nullable Object> echo = new LinkedHashMap<>();
        echo.put("args", arguments.args());
        echo.put("kwargs", arguments.kwargs());
        echo.put("queue", queue);
        return echo;
    }

    @Test
    void waitingPrintsTheResultAndNothingElseOnStdout() {
        CommandRun run = CommandRun.besideOthers(
                "send",
                "echo",
                "--args",
                "[1,null,\"é\",12345678901234567890]",
                "--kwargs",
                "{\"a\":{\"b\":[2.5]}}",
                "-b",
                url,
                "--wait");
        assertThat(run.err()).isEmpty();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out())
                .isEqualTo("{\"args\":[1,null,\"é\",12345678901234567890],\"kwargs\":{\"a\":{\"b\":[2.5]}},"
                        + "\"queue\":\"celery\"}" + System.lineSeparator());
    }

    @Test
    void argumentsMayComeFromAFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("big.json");
        Files.writeString(file, "[\"" + "x".repeat(300_000) + "\"]");

        CommandRun run = CommandRun.besideOthers("send", "echo", "--args", "@" + file, "-b", url, "--wait");

        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).startsWith("{\"args\":[\"xxx").hasSizeGreaterThan(300_000);
    }

    @Test
    void aResultThatIsDisabledNeedNotBeWaitedFor() {
        CommandRun run = CommandRun.besideOthers("send", "echo", "-b", url, "-r", "disabled://");

        assertThat(run.exitCode()).as(run.err()).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "send echo --wait -b URL -Q other --args [-1] --timeout 30",
                "send --wait -b URL -Q other --args [-1] --timeout 30 echo",
                "send --args [-1] -Q other echo --timeout=30 --wait --broker=URL",
                "send --queue other -b URL echo --args=[-1] --wait"
            })
    void optionsMayStandInAnyOrder(String line) {
        CommandRun run = CommandRun.besideOthers(line.replace("URL", url).split(" ", -1));
        assertThat(run.err()).isEmpty();
        assertThat(run.out()).startsWith("{\"args\":[-1],\"kwargs\":{},\"queue\":\"other\"}");
    }

    @Test
    void theEnvironmentStandsInForTheOptions() {
        CommandRun run = CommandRun.of(Map.of("LOVAGE_BROKER_URL", url), false, "send", "echo", "--wait");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).startsWith("{\"args\":[]");
    }

    @Test
    void aFailedTaskIsToldAsTypeAndMessage() {
        CommandRun run = CommandRun.besideOthers("send", "fail", "-b", url, "--wait");
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines()).containsExactly("IllegalStateException: no luck");
    }

    @Test
    void aFailedTaskWithoutAMessageIsToldAsType() {
        CommandRun run = CommandRun.besideOthers("send", "fail.silently", "-b", url, "--wait");
        assertThat(run.errLines()).containsExactly("IllegalStateException");
    }

    @Test
    void noResultInTimeIsToldAndTheTaskGoesOn() {
        CommandRun run = CommandRun.besideOthers(
                "send", "echo", "-Q", "nobody-listens", "-b", url, "--wait", "--timeout", "0.05");
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO_RESULT);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines()).singleElement().asString().contains("has no result after 50 ms");
    }

    @Test
    void withoutWaitingTheIdIsPrintedAndTheResultCanBeLookedUp() {
        String id = CommandRun.besideOthers("send", "echo", "-b", url).out().strip();
        CommandRun found = CommandRun.besideOthers("result", id, "-b", url, "--wait", "--timeout", "30");
        assertThat(found.err()).isEmpty();
        assertThat(found.out()).startsWith("{\"args\":[]");
        assertThat(CommandRun.besideOthers("result", id, "-b", url).out()).isEqualTo(found.out());
    }

    @Test
    void theResultOfAFailedTaskIsItsFailure() {
        String id = CommandRun.besideOthers("send", "fail", "-b", url).out().strip();
        CommandRun run = CommandRun.besideOthers("result", "-b", url, "--wait", id);
        assertThat(run.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(run.errLines()).containsExactly("IllegalStateException: no luck");
    }

    @Test
    void anUnknownIdIsPending() {
        CommandRun run = CommandRun.besideOthers("result", "no-such-id", "-b", url);
        assertThat(run.exitCode()).isEqualTo(ExitCode.NO_RESULT);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines()).containsExactly("lovage result: task no-such-id is PENDING");
    }
}
