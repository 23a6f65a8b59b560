package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.FeatureUpdate;
import org.apache.kafka.clients.admin.UpdateFeaturesOptions;
import org.apache.kafka.common.config.ConfigResource;
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
    void aServerOnWhichNoTaskCouldFlowIsRefused() throws ExecutionException, InterruptedException {
        try (KafkaServer server = TestServers.startKafka(
                        KafkaOptions.ofDefaults().withUnreachableShareState())
                .orSkip(Assumptions::abort)) {
            assertThatThrownBy(() -> fixture.connect(server.url()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("no task could flow")
                    .hasMessageContaining("1 broker")
                    .hasMessageContaining("share.coordinator.state.topic.replication.factor=1")
                    .hasMessageContaining("share.coordinator.state.topic.min.isr=1");

            withoutShareGroups(server);
            assertThatThrownBy(() -> fixture.connect(server.url()))
                    .isInstanceOf(ConfigurationException.class)
                    .hasMessageContaining("has no share groups")
                    .hasMessageContaining("Kafka 4.2 or newer")
                    .hasMessageContaining("kafka-features.sh")
                    .hasMessageContaining("share.version=1");
        }
    }

    /** As a cluster is whose brokers were upgraded from a version that had none. */
    private static void withoutShareGroups(KafkaServer server) throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.address()))) {
            FeatureUpdate off = new FeatureUpdate((short) 0, FeatureUpdate.UpgradeType.SAFE_DOWNGRADE);
            admin.updateFeatures(Map.of("share.version", off), new UpdateFeaturesOptions())
                    .all()
                    .get();
        }
    }

    @Test
    @DisplayName("R10.4 who speaks TLS to a plain port, or logs in where nobody needs to, is told what to change")
    void whoSpeaksAnotherLanguageThanThePortIsToldWhatToChange() {
        String address = TestKafka.server().operatorAddress();
        Duration limit = Duration.ofSeconds(2);

        assertThatThrownBy(() -> fixture.connect("kafkas://" + address, limit, limit))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("For a port without TLS say kafka://");
        assertThatThrownBy(() -> fixture.connect("kafka://me:secret@" + address))
                .isInstanceOf(AccessRefusedException.class)
                .hasMessageContaining("leave user and password out of the URL")
                .hasMessageNotContaining("secret");
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

    @Test
    @DisplayName("a group gives a new lane its partitions at once, where the brokers allow it")
    void aGroupGivesANewLaneItsPartitionsAtOnce() throws Exception {
        Broker broker = fixture.connect(TestKafka.server().url());
        QueueSpec queue = fixture.declared(broker);

        assertThat(assignmentInterval(TestKafka.server(), queue)).isEqualTo("0");

        KafkaOptions slow = KafkaOptions.ofDefaults().config("group.share.min.assignment.interval.ms", "1000");
        KafkaServer server = fixture.ends(TestServers.startKafka(slow).orSkip(Assumptions::abort));
        QueueSpec there = fixture.declared(fixture.connect(server.url()));

        assertThat(assignmentInterval(server, there)).isEqualTo("1000");
    }

    private static String assignmentInterval(KafkaServer server, QueueSpec queue) throws Exception {
        ConfigResource group = Queues.groupOf(queue.name());
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", server.operatorAddress()))) {
            Config config = Objects.requireNonNull(
                    admin.describeConfigs(List.of(group)).all().get().get(group));
            return config.get("share.assignment.interval.ms").value();
        }
    }
}
