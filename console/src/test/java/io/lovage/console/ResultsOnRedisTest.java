package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.nio.file.Path;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks over RabbitMQ, results in Redis: three processes that share nothing else. */
class ResultsOnRedisTest {
    @TempDir
    private Path folder;

    private final String broker =
            TestServers.rabbit().orSkip(Assumptions::abort).url();
    private final RedisServer redis = TestServers.redis().orSkip(Assumptions::abort);

    @Test
    void areSeenByWhoeverAsks() throws Exception {
        String queue = "console-" + UUID.randomUUID();
        String[] both = {"-b", broker, "-r", redis.url()};
        CommandRun sent = CommandRun.of("send", "pid", both[0], both[1], both[2], both[3], "-Q", queue);
        String id = sent.out().strip();
        CommandRun early = CommandRun.of("result", id, both[0], both[1], both[2], both[3]);
        assertThat(early.exitCode()).as(early.err()).isEqualTo(ExitCode.NO_RESULT);

        try (RunningProcess worker = RunningProcess.start(
                folder,
                Map.of("LOVAGE_BROKER_URL", broker, "LOVAGE_RESULT_URL", redis.url()),
                LovageCommand.class,
                "worker",
                "-A",
                RabbitTasks.class.getName(),
                "-Q",
                queue)) {
            String pid = Long.toString(worker.process().pid());

            CommandRun waited =
                    CommandRun.of("result", id, both[0], both[1], both[2], both[3], "--wait", "--timeout", "60");
            assertThat(waited.out().strip()).as(waited.err()).isEqualTo(pid);
            assertThat(redis.command("GET", "celery-task-meta-" + id))
                    .contains("\"status\":\"SUCCESS\"", "\"result\":" + pid);

            CommandRun again = CommandRun.of("result", id, both[0], both[1], both[2], both[3]);
            assertThat(again.out().strip()).isEqualTo(pid);
            worker.terminate();
            assertThat(worker.exitCode(30)).isZero();
        } finally {
            TestServers.rabbit().orSkip(Assumptions::abort).control("delete_queue", queue);
        }
    }
}
