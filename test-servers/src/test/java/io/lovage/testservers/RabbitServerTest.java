package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

class RabbitServerTest {
    private static final String DECLARE =
            "rabbit_amqqueue:declare({resource,<<\"/\">>,queue,<<\"kept\">>}, true, false, [], none, <<\"guest\">>).";

    private static RabbitServer start(RabbitOptions options) {
        return TestServers.startRabbit(options).orSkip(Assumptions::abort);
    }

    @Test
    void keepsItsDataAndItsPortOverKillAndRestart() {
        try (RabbitServer rabbit = start(RabbitOptions.ofDefaults())) {
            int port = rabbit.port();
            rabbit.control("eval", DECLARE);

            rabbit.kill();
            assertThat(rabbit.isRunning()).isFalse();
            assertThat(Handshake.connects(port)).isFalse();

            rabbit.restart();
            assertThat(rabbit.port()).isEqualTo(port);
            assertThat(Handshake.isRabbit(port)).isTrue();
            assertThat(rabbit.control("list_queues", "name")).contains("kept");
        }
    }

    @Test
    void answersNothingWhileFrozenAndGoesOnAfterwards() {
        try (RabbitServer rabbit = start(RabbitOptions.ofDefaults())) {
            rabbit.freeze();
            assertThat(rabbit.isRunning()).isTrue();
            assertThat(Handshake.connects(rabbit.port()))
                    .as("the system still accepts")
                    .isTrue();
            assertThat(Handshake.isRabbit(rabbit.port())).isFalse();

            rabbit.resume();
            assertThat(Handshake.isRabbit(rabbit.port())).isTrue();
        }
    }

    @Test
    void asAProcessLeavesNeitherProcessNorFolderBehind() {
        TestServers.rabbit().orSkip(Assumptions::abort);
        RabbitServer.missing().ifPresent(reason -> Assumptions.abort(Availability.PREFIX + reason));
        Set<ProcessHandle> before = helpers();
        RabbitServer rabbit = RabbitServer.start(RabbitOptions.ofDefaults());
        Path folder = rabbit.folder();
        assertThat(helpers()).hasSizeGreaterThan(before.size() + 1);

        rabbit.stop();
        rabbit.stop();

        assertThat(helpers()).isEqualTo(before);
        assertThat(folder).doesNotExist();
        assertThatThrownBy(rabbit::restart).isInstanceOf(IllegalStateException.class);
    }

    private static Set<ProcessHandle> helpers() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    @Test
    void refusedOptionsAreReportedWithWhatTheServerPrinted() {
        RabbitOptions wrong = RabbitOptions.ofDefaults().config("no_such_key", "1");
        TestServers.rabbitUrl().orSkip(Assumptions::abort);
        assertThatThrownBy(() -> start(wrong))
                .isInstanceOf(ServerException.class)
                .hasMessageContaining("RabbitMQ")
                .hasMessageContaining("no_such_key");
    }

    @Test
    void runsWithConsumerTimeoutAndTlsBesideAnotherServer() throws IOException, GeneralSecurityException {
        RabbitServer other = TestServers.rabbit().orSkip(Assumptions::abort);
        RabbitOptions options = RabbitOptions.ofDefaults()
                .consumerTimeout(Duration.ofSeconds(5))
                .withTls();
        try (RabbitServer rabbit = start(options)) {
            assertThat(rabbit.port()).isNotEqualTo(other.port());
            assertThat(rabbit.control("environment"))
                    .contains("{consumer_timeout,5000}", "{channel_tick_interval,1000}");
            assertThat(TlsGreeting.firstBytes(rabbit, new byte[] {'A', 'M', 'Q', 'P', 0, 0, 9, 1}, 300))
                    .contains("publisher_confirms");
            assertThat(Files.readString(rabbit.certificates().key())).startsWith("-----BEGIN PRIVATE KEY-----");
        }
        assertThat(Handshake.isRabbit(other.port())).isTrue();
    }
}
