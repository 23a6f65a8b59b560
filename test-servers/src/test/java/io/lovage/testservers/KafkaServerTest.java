package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.FeatureMetadata;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

class KafkaServerTest {
    private static KafkaServer start(KafkaOptions options) {
        return TestServers.startKafka(options).orSkip(Assumptions::abort);
    }

    private static Set<ProcessHandle> helpers() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }

    @Nested
    class Faults {
        @Test
        void keepsItsDataAndItsPortOverKillAndRestartAndLeavesNothingWhenStopped() throws Exception {
            TestServers.kafkaUrl().orSkip(Assumptions::abort);
            Set<ProcessHandle> before = helpers();
            KafkaServer kafka = start(KafkaOptions.ofDefaults());
            try (kafka) {
                KafkaClients clients = KafkaClients.of(kafka.address());
                clients.createTopic("kept");
                clients.send("kept", "before the kill");

                kafka.kill();
                assertThat(kafka.isRunning()).isFalse();
                assertThat(Handshake.connects(kafka.port())).isFalse();
                kafka.restart();

                clients.send("kept", "after the kill");
                assertThat(clients.take("kept", 2)).containsExactly("before the kill", "after the kill");
            }
            assertThat(helpers()).isEqualTo(before);
            assertThat(kafka.folder()).doesNotExist();
            assertThatThrownBy(kafka::restart)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("this Kafka was stopped");
        }

        @Test
        void answersNothingWhileFrozenAndGoesOnAfterwards() {
            KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
            kafka.freeze();
            assertThat(kafka.isRunning()).isTrue();
            assertThat(Handshake.connects(kafka.port()))
                    .as("the system still accepts")
                    .isTrue();
            assertThat(kafka.servingNodes()).isEmpty();
            kafka.resume();
            assertThat(kafka.servingNodes()).containsExactly(1);
        }

        @Test
        void refusedOptionsAreReportedWithWhatTheServerPrinted() {
            TestServers.kafkaUrl().orSkip(Assumptions::abort);
            KafkaOptions wrong = KafkaOptions.ofDefaults().config("num.io.threads", "many");
            assertThatThrownBy(() -> start(wrong))
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("Kafka")
                    .hasMessageContaining("num.io.threads");
        }
    }

    @Nested
    class Proxies {
        @Test
        void aClientThatCameThroughAProxyStaysThere() throws Exception {
            KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
            try (FaultProxy proxy = kafka.openProxy()) {
                assertThat(proxy.url(kafka.url())).isEqualTo("kafka://127.0.0.1:" + proxy.port());
                KafkaClients clients = KafkaClients.of("127.0.0.1:" + proxy.port());
                try (Admin admin = clients.admin()) {
                    assertThat(admin.describeCluster().nodes().get())
                            .extracting(Node::port)
                            .containsExactly(proxy.port());
                    int before = proxy.accepted();
                    proxy.cut();
                    assertThat(admin.describeCluster().nodes().get()).hasSize(1);
                    assertThat(proxy.accepted()).isGreaterThan(before);
                }
                proxy.refuse();
                proxy.cut();
                assertThatThrownBy(() -> clients.with("max.block.ms", "500").send("anything", "lost"))
                        .hasRootCauseInstanceOf(TimeoutException.class);
            }
        }

        @Test
        void oneThatWasClosedMakesRoomForAnother() {
            KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
            try (FaultProxy first = kafka.openProxy();
                    FaultProxy second = kafka.openProxy()) {
                int port = closedAgain(kafka, first, second);
                try (FaultProxy again = kafka.openProxy()) {
                    assertThat(again.port()).isEqualTo(port);
                    assertThat(again.accepted()).isZero();
                }
            }
        }

        private int closedAgain(KafkaServer kafka, FaultProxy first, FaultProxy second) {
            try (FaultProxy third = kafka.openProxy()) {
                assertThat(Set.of(first.port(), second.port(), third.port())).hasSize(3);
                assertThatThrownBy(kafka::openProxy)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("all 3 proxies");
                return third.port();
            }
        }
    }

    @Test
    void speaksShareGroupsWithTheQueueForDeadRecords() throws Exception {
        KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
        try (Admin admin = KafkaClients.of(kafka.address()).admin()) {
            FeatureMetadata features =
                    admin.describeFeatures().featureMetadata().get();
            assertThat(features.finalizedFeatures())
                    .hasEntrySatisfying(
                            "share.version",
                            version -> assertThat(version.maxVersionLevel()).isEqualTo((short) 2));
        }
    }

    /** One server for all of it: a start takes some seconds. */
    @Nested
    @TestInstance(TestInstance.Lifecycle.PER_CLASS)
    class Options {
        private static final String USERS = "SASL_PLAINTEXT";
        private KafkaServer kafka;

        @BeforeAll
        void startKafka() {
            kafka = start(KafkaOptions.ofDefaults()
                    .user("app", "secret")
                    .user("guest", "other")
                    .withPermissions()
                    .withTls()
                    .creatingTopics()
                    .maxMessageBytes(10_000));
        }

        @AfterAll
        void stopKafka() {
            if (kafka != null) {
                kafka.stop();
            }
        }

        private Map<Integer, Integer> portsOfNodes(KafkaClients clients)
                throws ExecutionException, InterruptedException {
            try (Admin admin = clients.admin()) {
                return admin.describeCluster().nodes().get().stream().collect(Collectors.toMap(Node::id, Node::port));
            }
        }

        @Test
        void whoHasAPasswordComesInAndNobodyElse() throws Exception {
            assertThat(kafka.url()).isEqualTo("kafka://app:secret@127.0.0.1:" + kafka.port());
            KafkaClients clients = KafkaClients.of(kafka.address());
            assertThat(portsOfNodes(clients.user(USERS, "guest", "other"))).containsOnlyKeys(1);
            assertThatThrownBy(() -> portsOfNodes(clients.user(USERS, "guest", "secret")))
                    .hasCauseInstanceOf(SaslAuthenticationException.class);
        }

        @Test
        void theOperatorNeedsNoNameAndMayDoAllAndUsersWhatTheyAreAllowed() throws Exception {
            KafkaClients.of(kafka.operatorAddress()).createTopic("operated");
            KafkaClients.of(kafka.operatorAddress()).send("operated", "by the operator");
            KafkaClients app = KafkaClients.of(kafka.address()).user(USERS, "app", "secret");
            assertThatThrownBy(() -> app.send("operated", "by a user"))
                    .hasCauseInstanceOf(TopicAuthorizationException.class);
        }

        @Test
        void tlsClientsCanVerifyItAndThoseThatTrustSomebodyElseDoNotComeIn() throws Exception {
            int tlsPort = kafka.tlsPort().orElseThrow();
            assertThat(kafka.tlsUrl()).isEqualTo("kafkas://app:secret@localhost:" + tlsPort);
            KafkaClients clients = KafkaClients.of("localhost:" + tlsPort).user("SASL_SSL", "app", "secret");
            KafkaClients trusting = clients.with("ssl.truststore.type", "PEM")
                    .with(
                            "ssl.truststore.location",
                            kafka.certificates().authority().toString());
            assertThat(portsOfNodes(trusting)).containsOnly(Map.entry(1, tlsPort));
            assertThatThrownBy(() -> portsOfNodes(clients)).hasCauseInstanceOf(SslAuthenticationException.class);
        }

        @Test
        void topicsComeByThemselvesAndRecordsHaveALimit() throws Exception {
            KafkaClients operator = KafkaClients.of(kafka.operatorAddress());
            operator.send("came-by-itself", "small");
            String large = new String(new byte[20_000], StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> operator.send("came-by-itself", large))
                    .hasCauseInstanceOf(RecordTooLargeException.class);
            try (Admin admin = operator.admin()) {
                assertThat(admin.listTopics().names().get()).containsAll(List.of("came-by-itself"));
            }
        }
    }
}
