package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands as they are used: several processes and a real Redis. */
class OverRedisTest {
    private static final int ROWS = 10_000;
    private static final int LONG_SECONDS = 60;

    @TempDir
    private Path folder;

    private final RedisServer redis = TestServers.redis().orSkip(Assumptions::abort);
    private final String url = redis.url();

    @Test
    void aWorkerRunsWhatSendSends() throws Exception {
        String queue = "console-" + UUID.randomUUID();
        try (RunningProcess worker = RunningProcess.start(
                folder,
                Map.of("LOVAGE_BROKER_URL", url),
                LovageCommand.class,
                "worker",
                "-A",
                RabbitTasks.class.getName(),
                "-Q",
                queue,
                "-n",
                "tester")) {
            assertThat(worker.awaitLine("ready ")).isEqualTo("ready tester");

            CommandRun sent = CommandRun.of("send", "pid", "-b", url, "-Q", queue, "--wait", "--timeout", "30");

            assertThat(sent.err()).isEmpty();
            assertThat(sent.out().strip())
                    .isEqualTo(Long.toString(worker.process().pid()));
            DeadLetterRound.send(url, queue);
            worker.terminate();
            assertThat(worker.exitCode(LONG_SECONDS)).isZero();
            DeadLetterRound.decide(url, queue);
        }
    }

    @Test
    void theDemoCountsEveryRowOnceWhenAWorkerIsKilledAndLeavesNothingOnTheServer() throws Exception {
        List<String> before = keys();
        CommandRun run = CommandRun.of("demo", "--file", file().toString(), "--broker", url, "--kill-one", "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode json = JsonLine.only(run.out());
        assertThat(json.path("rows").longValue()).isEqualTo(ROWS);
        assertThat(json.path("columns").path(0).path("sum").longValue()).isEqualTo((long) ROWS * (ROWS + 1) / 2);
        assertThat(json.path("kill").path("held").intValue()).isPositive();
        assertThat(json.path("kill").path("redelivered").intValue()).isPositive();
        assertThat(json.path("kill").path("seconds_to_redelivery").doubleValue())
                .as("declared: 5 s, at a lease of 30 s")
                .isBetween(0.0, 5.0);
        assertThat(keys()).isEqualTo(before);
    }

    private Path file() throws IOException {
        StringBuilder text = new StringBuilder("n,text\n");
        for (int i = 1; i <= ROWS; i++) {
            text.append(i).append(",row ").append(i % 10).append('\n');
        }
        return Files.writeString(folder.resolve("rows.csv"), text);
    }

    /** Results are kept, and expire by themselves. */
    private List<String> keys() {
        return redis.command("KEYS", "*")
                .lines()
                .filter(key -> !key.contains("celery-task-meta-"))
                .sorted()
                .toList();
    }
}
