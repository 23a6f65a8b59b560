package io.lovage.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.admin.ListOffsetsResult.ListOffsetsResultInfo;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.TopicPartitionInfo;

/** Where the partitions of a topic begin and end. */
final class Offsets {
    private Offsets() {}

    /** Beginnings and ends by partition. */
    record Bounds(
            List<TopicPartition> partitions, Map<TopicPartition, Long> beginnings, Map<TopicPartition, Long> ends) {
        long beginning(TopicPartition partition) {
            return beginnings.getOrDefault(partition, 0L);
        }

        long end(TopicPartition partition) {
            return ends.getOrDefault(partition, 0L);
        }
    }

    static Bounds of(Cluster cluster, String topic) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (TopicDescription description : cluster.get(
                        "look at topic '" + topic + "'",
                        cluster.admin().describeTopics(List.of(topic)).allTopicNames())
                .values()) {
            for (TopicPartitionInfo partition : description.partitions()) {
                partitions.add(new TopicPartition(topic, partition.partition()));
            }
        }
        return new Bounds(
                partitions,
                offsets(cluster, partitions, OffsetSpec.earliest()),
                offsets(cluster, partitions, OffsetSpec.latest()));
    }

    static Map<TopicIdPartition, Long> ends(Cluster cluster, List<TopicIdPartition> partitions) {
        Map<TopicPartition, Long> ends = offsets(
                cluster,
                partitions.stream().map(TopicIdPartition::topicPartition).toList(),
                OffsetSpec.latest());
        Map<TopicIdPartition, Long> byId = new HashMap<>();
        partitions.forEach(partition -> byId.put(partition, ends.getOrDefault(partition.topicPartition(), 0L)));
        return byId;
    }

    private static Map<TopicPartition, Long> offsets(
            Cluster cluster, List<TopicPartition> partitions, OffsetSpec which) {
        Map<TopicPartition, OffsetSpec> question = new HashMap<>();
        partitions.forEach(partition -> question.put(partition, which));
        Map<TopicPartition, ListOffsetsResultInfo> answer = cluster.get(
                "ask where partitions end",
                cluster.admin().listOffsets(question).all());
        Map<TopicPartition, Long> offsets = new HashMap<>();
        answer.forEach((partition, info) -> offsets.put(partition, info.offset()));
        return offsets;
    }
}
