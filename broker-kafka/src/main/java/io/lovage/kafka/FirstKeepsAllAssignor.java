package io.lovage.kafka;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.consumer.ConsumerPartitionAssignor;
import org.apache.kafka.common.Cluster;
import org.apache.kafka.common.TopicPartition;

/**
 * Leaves everything with the member that has it, and gives it to one other member when that is gone. Public because
 * Kafka's client makes it by its name; nobody else does.
 *
 * <p>The usual assignors share again whenever somebody comes, and until everybody has agreed nobody reads what changes
 * hands: delayed messages would be late each time a worker starts.
 */
public final class FirstKeepsAllAssignor implements ConsumerPartitionAssignor {
    @Override
    public String name() {
        return "lovage-first-keeps-all";
    }

    /** Nothing is ever taken away from a member, so nobody has to stop while others join. */
    @Override
    public List<RebalanceProtocol> supportedProtocols() {
        return List.of(RebalanceProtocol.COOPERATIVE);
    }

    @Override
    public GroupAssignment assign(Cluster metadata, GroupSubscription subscriptions) {
        Map<String, Subscription> members = new TreeMap<>(subscriptions.groupSubscription());
        Map<TopicPartition, String> owners = owners(members);
        Map<String, List<TopicPartition>> assigned = new TreeMap<>();
        members.keySet().forEach(member -> assigned.put(member, new ArrayList<>()));
        List<TopicPartition> free = new ArrayList<>();
        for (TopicPartition partition : partitions(metadata, members)) {
            String owner = owners.get(partition);
            if (owner == null) {
                free.add(partition);
            } else {
                assigned.getOrDefault(owner, free).add(partition);
            }
        }
        String heir = assigned.entrySet().stream()
                .max(Comparator.comparingInt(member -> member.getValue().size()))
                .map(Map.Entry::getKey)
                .orElseThrow();
        assigned.getOrDefault(heir, free).addAll(free);
        Map<String, Assignment> all = new HashMap<>();
        assigned.forEach((member, partitions) -> all.put(member, new Assignment(partitions)));
        return new GroupAssignment(all);
    }

    /** What a member says it has counts if it heard the last assignment. */
    private static Map<TopicPartition, String> owners(Map<String, Subscription> members) {
        int generation = members.values().stream()
                .mapToInt(member -> member.generationId().orElse(-1))
                .max()
                .orElse(-1);
        Map<TopicPartition, String> owners = new HashMap<>();
        members.forEach((name, member) -> {
            if (member.generationId().orElse(-1) == generation) {
                member.ownedPartitions().forEach(partition -> owners.putIfAbsent(partition, name));
            }
        });
        return owners;
    }

    private static List<TopicPartition> partitions(Cluster metadata, Map<String, Subscription> members) {
        Set<String> topics = new TreeSet<>();
        members.values().forEach(member -> topics.addAll(member.topics()));
        List<TopicPartition> all = new ArrayList<>();
        for (String topic : topics) {
            Integer count = metadata.partitionCountForTopic(topic);
            for (int partition = 0; count != null && partition < count; partition++) {
                all.add(new TopicPartition(topic, partition));
            }
        }
        return all;
    }
}
