package io.lovage.testservers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(240)
class KafkaClusterTest {
    private static final Duration SOON = Duration.ofMinutes(2);

    @Test
    void losesNothingWhenTheNodeDiesThatServedATopicAndIsWholeAgainAfterItsRestart() throws Exception {
        Leftovers.ofThisJvm(); // has a helper of its own
        Set<ProcessHandle> before = children();
        try (KafkaCluster cluster =
                TestServers.startKafkaCluster(KafkaOptions.ofDefaults()).orSkip(Assumptions::abort)) {
            assertThat(cluster.nodes()).extracting(KafkaServer::node).containsExactly(1, 2, 3);
            assertThat(cluster.url()).isEqualTo("kafka://" + cluster.address());
            KafkaClients clients = KafkaClients.of(cluster.address());
            clients.createTopic("kept");
            clients.send("kept", "before");

            KafkaServer leader = cluster.nodes().get(leaderOf("kept", clients) - 1);
            leader.kill();
            clients.send("kept", "after");
            assertThat(clients.take("kept", 2)).containsExactly("before", "after");
            cluster.awaitLossNoticed(SOON);
            assertThatThrownBy(() -> cluster.awaitWhole(Duration.ofMillis(200)))
                    .as("one node is dead")
                    .isInstanceOf(ServerException.class)
                    .hasMessageContaining("not as it should be within PT0.2S")
                    .hasMessageContaining("node " + leader.node());

            leader.restart();
            cluster.awaitWhole(SOON);
        }
        assertThat(children()).isEqualTo(before);
    }

    private static int leaderOf(String topic, KafkaClients clients) throws Exception {
        try (Admin admin = clients.admin()) {
            TopicDescription description = admin.describeTopics(List.of(topic))
                    .topicNameValues()
                    .values()
                    .iterator()
                    .next()
                    .get();
            return description.partitions().get(0).leader().id();
        }
    }

    private static Set<ProcessHandle> children() {
        return ProcessHandle.current().descendants().collect(Collectors.toSet());
    }
}
