package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ConnectingTest {
    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    @Test
    @DisplayName("a server on which no task could flow is refused with the one sentence that says what to set")
    void aServerOnWhichNoTaskCouldFlowIsRefused() {
        try (KafkaServer server = TestServers.startKafka(
                        KafkaOptions.ofDefaults().withUnreachableShareState())
                .orSkip(Assumptions::abort)) {
            assertThatThrownBy(() -> fixture.connect(server.url()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("no task could flow")
                    .hasMessageContaining("1 broker")
                    .hasMessageContaining("share.coordinator.state.topic.replication.factor=1")
                    .hasMessageContaining("share.coordinator.state.topic.min.isr=1");
        }
    }

    @Test
    @DisplayName("R1.7 a lease that the brokers do not allow is refused with the settings that say what is")
    void aLeaseThatTheBrokersDoNotAllowIsRefused() {
        var broker = fixture.connect(TestKafka.server().url());
        QueueSpec queue = fixture.queue(broker, BrokerFixture.newName()).withLease(Duration.ofHours(1));

        assertThatThrownBy(() -> broker.declare(queue))
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContaining("cannot have a lease of PT1H")
                .hasMessageContaining("group.share.max.record.lock.duration.ms");
    }
}
