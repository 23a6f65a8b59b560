package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands as they are used: several processes and a real Kafka. */
class OverKafkaTest {
    private static final int ROWS = 10_000;
    private static final int LONG_SECONDS = 60;

    @TempDir
    private Path folder;

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final String url = kafka.url();

    @Test
    void aWorkerRunsWhatSendSends() throws Exception {
        String queue = "console-" + UUID.randomUUID();
        try (RunningProcess worker = worker(queue, Map.of("LOVAGE_BROKER_URL", url))) {
            assertThat(worker.awaitLine("ready ")).isEqualTo("ready tester");

            CommandRun sent = CommandRun.of("send", "pid", "-b", url, "-Q", queue, "--wait", "--timeout", "60");

            assertThat(sent.err()).isEmpty();
            assertThat(sent.out().strip())
                    .isEqualTo(Long.toString(worker.process().pid()));
            DeadLetterRound.send(url, queue);
            worker.terminate();
            assertThat(worker.exitCode(LONG_SECONDS)).isZero();
            DeadLetterRound.decide(url, queue);
            assertThat(worker.errors()).doesNotContain("org.apache.kafka");
        }
    }

    @Test
    void resultsInRedisAreSeenByWhoeverAsks() throws Exception {
        RedisServer redis = TestServers.redis().orSkip(Assumptions::abort);
        String queue = "console-" + UUID.randomUUID();
        CommandRun sent = CommandRun.of("send", "pid", "-b", url, "-r", redis.url(), "-Q", queue);
        String id = sent.out().strip();
        try (RunningProcess worker =
                worker(queue, Map.of("LOVAGE_BROKER_URL", url, "LOVAGE_RESULT_URL", redis.url()))) {
            String pid = Long.toString(worker.process().pid());

            CommandRun waited = CommandRun.of("result", id, "-b", url, "-r", redis.url(), "--wait", "--timeout", "60");

            assertThat(waited.out().strip()).as(waited.err()).isEqualTo(pid);
            assertThat(redis.command("GET", "celery-task-meta-" + id)).contains("\"result\":" + pid);
            worker.terminate();
            assertThat(worker.exitCode(LONG_SECONDS)).isZero();
        }
    }

    @Test
    void theDemoCountsEveryRowOnceWhenAWorkerIsKilledAndLeavesNothingOnTheServer() throws Exception {
        CommandRun run = CommandRun.of("demo", "--file", file().toString(), "--broker", url, "--kill-one", "--json");

        assertThat(run.exitCode()).as(run.err()).isZero();
        JsonNode json = JsonLine.only(run.out());
        assertThat(json.path("rows").longValue()).isEqualTo(ROWS);
        assertThat(json.path("columns").path(0).path("sum").longValue()).isEqualTo((long) ROWS * (ROWS + 1) / 2);
        assertThat(json.path("kill").path("held").intValue()).isPositive();
        assertThat(json.path("kill").path("redelivered").intValue()).isPositive();
        assertThat(json.path("kill").path("seconds_to_redelivery").doubleValue())
                .as("declared: 3 s, at a lease of 30 s")
                .isBetween(0.0, 3.0);
        assertThat(demoTopics()).isEmpty();
    }

    private RunningProcess worker(String queue, Map<String, String> environment) throws IOException {
        return RunningProcess.start(
                folder,
                environment,
                LovageCommand.class,
                "worker",
                "-A",
                RabbitTasks.class.getName(),
                "-Q",
                queue,
                "-n",
                "tester");
    }

    private Path file() throws IOException {
        StringBuilder text = new StringBuilder("n,text\n");
        for (int i = 1; i <= ROWS; i++) {
            text.append(i).append(",row ").append(i % 10).append('\n');
        }
        return Files.writeString(folder.resolve("rows.csv"), text);
    }

    private Set<String> demoTopics() {
        Set<String> topics = kafka.topics();
        assertThat(topics).isNotEmpty();
        topics.removeIf(topic -> !topic.startsWith("lovage-demo-"));
        return topics;
    }
}
