package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.GroupSubscription;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor.Subscription;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class FirstKeepsAllAssignorTest {
    private static final List<String> TOPICS = List.of("level.0", "level.1", "level.2");
    private static final List<TopicPartition> ALL =
            TOPICS.stream().map(topic -> new TopicPartition(topic, 0)).toList();

    private final Map<String, Subscription> members = new HashMap<>();

    private void member(String name, int generation, List<TopicPartition> owned) {
        members.put(name, new Subscription(TOPICS, null, owned, generation, Optional.empty()));
    }

    private Map<String, List<TopicPartition>> assigned(List<String> topics) {
        Node node = new Node(1, "localhost", 1);
        List<PartitionInfo> partitions = topics.stream()
                .map(topic -> new PartitionInfo(topic, 0, node, new Node[] {node}, new Node[] {node}))
                .toList();
        Cluster cluster = new Cluster("cluster", List.of(node), partitions, Set.of(), Set.of());
        Map<String, List<TopicPartition>> all = new HashMap<>();
        new FirstKeepsAllAssignor()
                .assign(cluster, new GroupSubscription(members))
                .groupAssignment()
                .forEach((member, assignment) -> all.put(member, assignment.partitions()));
        return all;
    }

    private Map<String, List<TopicPartition>> assigned() {
        return assigned(TOPICS);
    }

    @Test
    void oneOfThemGetsAllInTheBeginning() {
        IntStream.range(0, 3).forEach(i -> member("m" + i, -1, List.of()));
        assertThat(assigned().values()).contains(ALL).filteredOn(List::isEmpty).hasSize(2);
    }

    @Test
    void whoComesLaterTakesNothingAway() {
        member("m5", 3, ALL);
        member("m1", -1, List.of());
        member("m9", -1, List.of());
        assertThat(assigned()).containsEntry("m5", ALL).containsEntry("m1", List.of());
    }

    @Test
    void whenItIsGoneOneOfTheOthersGetsAll() {
        member("m1", 4, List.of());
        member("m9", 4, List.of());
        assertThat(assigned().values()).containsExactlyInAnyOrder(ALL, List.of());
    }

    @Test
    void whoWasAwayTooLongHasNothingToSay() {
        member("m1", 4, ALL); // frozen meanwhile
        member("m2", 5, ALL);
        assertThat(assigned()).containsEntry("m2", ALL).containsEntry("m1", List.of());
    }

    @Test
    void topicsThatDoNotExistYetAreNobodys() {
        member("m1", 1, List.of());
        assertThat(assigned(List.of("level.1"))).containsEntry("m1", List.of(new TopicPartition("level.1", 0)));
    }
}
