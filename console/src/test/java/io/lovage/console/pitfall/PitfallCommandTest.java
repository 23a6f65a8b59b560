package io.lovage.console.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.console.CommandRun;
import io.lovage.console.ExitCode;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PitfallCommandTest {
    private static final Duration LEASE = Duration.ofSeconds(2);
    private static final Duration LENGTH = Duration.ofSeconds(5);

    @Test
    void showsTheTimelineAndEndsWithTheTwoCounts() throws InterruptedException {
        RedisServer server = TestServers.startRedis(RedisOptions.ofDefaults()).orSkip(Assumptions::abort);

        List<String> lines = play(new Stage(server, server.url(), "lease 2 s", LEASE, LENGTH, Optional.empty()));

        assertThat(lines).anyMatch(line -> line.contains("LEASE_LOST"));
    }

    @Test
    void onKafkaTheBareClientPlaysTheFirstHalf() throws InterruptedException {
        KafkaServer server = TestServers.startKafka(KafkaOptions.ofDefaults()).orSkip(Assumptions::abort);

        List<String> lines = play(new Stage(
                server, server.url(), "lock 2 s", LEASE, LENGTH, Optional.of(Pitfall.bareKafka(server.address()))));

        assertThat(lines)
                .anyMatch(line -> line.contains("two workers of the bare client"))
                .anyMatch(line -> line.contains("refused, InvalidRecordStateException"));
    }

    private static List<String> play(Stage stage) throws InterruptedException {
        StringWriter out = new StringWriter();
        boolean asTold;
        try (stage) {
            asTold = new Performance(stage, new PrintWriter(out, true)).run();
        }
        List<String> lines = out.toString().lines().toList();
        assertThat(lines.subList(lines.size() - 2, lines.size()))
                .containsExactly("without renewal: 2 executions", "with renewal: 1 execution");
        assertThat(lines)
                .anyMatch(line -> line.contains("redelivered"))
                .anyMatch(line -> line.contains("acknowledged"));
        assertThat(asTold).isTrue();
        assertThat(stage.server().isRunning()).isFalse();
        return lines;
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "rabbitmq", "kafka"})
    @Tag("long")
    void playsAsItIsShipped(String broker) {
        CommandRun run = CommandRun.of("pitfall", broker);

        assertThat(run.exitCode()).as(run.out() + run.err()).isZero();
        assertThat(run.out())
                .endsWith("without renewal: 2 executions" + System.lineSeparator() + "with renewal: 1 execution"
                        + System.lineSeparator());
    }

    @Test
    void aBrokerWithoutThePitfallIsRefused() {
        CommandRun run = CommandRun.of("pitfall", "sqs");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines()).singleElement().asString().contains("sqs");
    }

    @Test
    void withoutABrokerItSaysWhatIsMissing() {
        CommandRun run = CommandRun.of("pitfall");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errLines()).singleElement().asString().contains("<broker>");
    }
}
