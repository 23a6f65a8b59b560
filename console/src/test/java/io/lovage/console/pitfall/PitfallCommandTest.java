package io.lovage.console.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.console.CommandRun;
import io.lovage.console.ExitCode;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PitfallCommandTest {
    @Test
    void showsTheTimelineAndEndsWithTheTwoCounts() throws InterruptedException {
        RedisServer server = TestServers.startRedis(RedisOptions.ofDefaults()).orSkip(Assumptions::abort);
        StringWriter out = new StringWriter();
        boolean asTold;
        try (Stage stage = new Stage(server, server.url(), "lease 2 s", Duration.ofSeconds(2), Duration.ofSeconds(5))) {
            asTold = new Performance(stage, new PrintWriter(out, true)).run();
        }

        List<String> lines = out.toString().lines().toList();
        assertThat(lines.subList(lines.size() - 2, lines.size()))
                .containsExactly("without renewal: 2 executions", "with renewal: 1 execution");
        assertThat(lines)
                .anyMatch(line -> line.contains("redelivered"))
                .anyMatch(line -> line.contains("LEASE_LOST"))
                .anyMatch(line -> line.contains("acknowledged"));
        assertThat(asTold).isTrue();
        assertThat(server.isRunning()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"redis", "rabbitmq"})
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
        CommandRun run = CommandRun.of("pitfall", "kafka");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
        assertThat(run.errLines()).singleElement().asString().contains("kafka");
    }

    @Test
    void withoutABrokerItSaysWhatIsMissing() {
        CommandRun run = CommandRun.of("pitfall");

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.errLines()).singleElement().asString().contains("<broker>");
    }
}
