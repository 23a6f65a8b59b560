package io.lovage.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.testservers.RabbitServer;
import io.lovage.testservers.TestServers;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands as they are used: several processes and a real RabbitMQ. */
class OverRabbitTest {
    private static final int LONG_SECONDS = 60;

    @TempDir
    private Path folder;

    private final RabbitServer rabbit = TestServers.rabbit().orSkip(Assumptions::abort);
    private final String url = rabbit.url();

    @Nested
    class Worker {
        @Test
        void runsWhatSendSendsAndEndsWithinFiveSecondsOfTheSignal() throws Exception {
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
                    "-c",
                    "2",
                    "-n",
                    "tester",
                    "-l",
                    "info")) {
                assertThat(worker.awaitLine("ready ")).isEqualTo("ready tester");

                CommandRun sent = CommandRun.of("send", "pid", "-b", url, "-Q", queue, "--wait", "--timeout", "30");
                assertThat(sent.err()).isEmpty();
                assertThat(sent.out().strip())
                        .isEqualTo(Long.toString(worker.process().pid()));

                CommandRun failed = CommandRun.of("send", "-b", url, "-Q", queue, "--wait", "fail");
                assertThat(failed.exitCode()).isEqualTo(ExitCode.FAILED);
                assertThat(failed.errLines()).containsExactly("IllegalArgumentException: not this");

                DeadLetterRound.send(url, queue);
                worker.terminate();
                assertThat(worker.exitCode(5)).isZero();
                DeadLetterRound.decide(url, queue);
            } finally {
                deleteQueue(queue);
            }
        }
    }

    @Nested
    class Demo {
        @Test
        void givesTheSameTotalsWithTwoWorkerProcessesAndLeavesNothingOnTheBroker() throws Exception {
            List<String> before = queues();
            CommandRun run = CommandRun.of("demo", "--file", file(10_000).toString(), "--broker", url, "--json");
            assertThat(run.exitCode()).as(run.err()).isZero();
            assertTotals(JsonLine.only(run.out()), 10_000);
            assertThat(queues()).isEqualTo(before);
        }

        @Test
        void countsEveryRowOnceWhenAWorkerIsKilledAndItsChunksComeBackWithinTwoSeconds() throws Exception {
            List<String> before = queues();
            CommandRun run =
                    CommandRun.of("demo", "--file", file(10_000).toString(), "--broker", url, "--kill-one", "--json");
            assertThat(run.exitCode()).as(run.err()).isZero();
            JsonNode json = JsonLine.only(run.out());
            assertTotals(json, 10_000);
            assertThat(json.path("redelivered").intValue()).as(run.out()).isPositive();
            assertThat(json.path("kill").path("held").intValue()).isPositive();
            assertThat(json.path("kill").path("redelivered").intValue()).isPositive();
            assertThat(json.path("kill").path("seconds_to_redelivery").doubleValue())
                    .as("declared: 2 s")
                    .isBetween(0.0, 2.0);
            assertThat(run.err())
                    .contains("killed worker process " + json.path("kill").path("pid"));
            assertThat(queues()).isEqualTo(before);
        }

        @Test
        void cleansUpWhenItIsInterrupted() throws Exception {
            List<String> before = queues();
            try (RunningProcess demo = RunningProcess.startMerged(
                    folder,
                    LovageCommand.class,
                    "demo",
                    "--file",
                    file(400_000).toString(),
                    "--broker",
                    url,
                    "--chunk-rows",
                    "20")) {
                demo.awaitLine("importing ");
                List<ProcessHandle> workers = demo.process().descendants().toList();
                assertThat(workers).hasSize(2);
                demo.terminate();
                assertThat(demo.exitCode(LONG_SECONDS)).isEqualTo(ExitCode.INTERRUPTED);
                assertThat(workers).noneMatch(ProcessHandle::isAlive);
            }
            assertThat(queues()).isEqualTo(before);
        }

        private Path file(int rows) throws IOException {
            StringBuilder text = new StringBuilder("n,text\n");
            for (int i = 1; i <= rows; i++) {
                text.append(i).append(",row ").append(i % 10).append('\n');
            }
            return Files.writeString(folder.resolve("rows.csv"), text);
        }

        private void assertTotals(JsonNode json, long rows) {
            assertThat(json.path("rows").longValue()).isEqualTo(rows);
            assertThat(json.path("rejected").longValue()).isZero();
            JsonNode n = json.path("columns").path(0);
            assertThat(n.path("sum").longValue()).isEqualTo(rows * (rows + 1) / 2);
            assertThat(n.path("distinct").longValue()).isEqualTo(rows);
            assertThat(json.path("columns").path(1).path("distinct").longValue())
                    .isEqualTo(10);
        }
    }

    @Nested
    class Refusals {
        @Test
        void ofWrongCredentialsAreOneLineWithoutThePassword() throws Exception {
            refused(url.replaceFirst("//[^@/]*@", "//guest:wr0ng@"));
        }

        @Test
        void ofAWrongVirtualHostAreOneLine() throws Exception {
            refused(url.replaceFirst("/?$", "") + "/no-such-vhost");
        }

        @Test
        void ofAHostThatDoesNotAnswerAreOneLine() throws Exception {
            int port;
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                port = socket.getLocalPort();
            }
            refused("amqp://guest:wr0ng@127.0.0.1:" + port + "/");
        }

        private void refused(String broker) throws Exception {
            try (RunningProcess send =
                    RunningProcess.start(folder, Map.of(), LovageCommand.class, "send", "t", "-b", broker)) {
                assertThat(send.exitCode(LONG_SECONDS)).isEqualTo(ExitCode.UNAVAILABLE);
                assertThat(send.out().lines()).isEmpty();
                assertThat(send.errors().lines())
                        .singleElement()
                        .asString()
                        .startsWith("lovage send: ")
                        .doesNotContain("wr0ng");
            }
        }
    }

    private List<String> queues() {
        return rabbit.control("list_queues", "--quiet", "name").lines().sorted().toList();
    }

    private void deleteQueue(String queue) {
        rabbit.control("delete_queue", queue);
        rabbit.control("delete_queue", queue + ".dead");
    }
}
