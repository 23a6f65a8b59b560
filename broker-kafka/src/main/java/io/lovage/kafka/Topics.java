package io.lovage.kafka;

import io.lovage.spi.QueueNotFoundException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaFuture;
import org.jspecify.annotations.Nullable;

/**
 * Which topics exist, and how many partitions they have. A producer that is asked to send to a topic it does not know
 * blocks whoever asks, and one whose topic is gone tries on until its time is over: so everybody asks here first.
 * Thread-safe.
 */
final class Topics {
    private final ConcurrentHashMap<String, Integer> partitions = new ConcurrentHashMap<>();
    private final Cluster cluster;

    Topics(Cluster cluster) {
        this.cluster = cluster;
    }

    /** Of a topic that was seen before; it may be gone meanwhile. */
    OptionalInt known(String topic) {
        Integer count = partitions.get(topic);
        return count == null ? OptionalInt.empty() : OptionalInt.of(count);
    }

    /** Has just been created; the brokers may not know it all at once. */
    void created(String topic, int count) {
        partitions.put(topic, count);
    }

    void forget(String topic) {
        partitions.remove(topic);
    }

    /**
     * Asks the cluster, and remembers.
     *
     * @return those of {@code wanted} that do not exist
     */
    CompletionStage<Set<String>> missing(Collection<String> wanted) {
        Map<String, KafkaFuture<TopicDescription>> answers =
                cluster.admin().describeTopics(List.copyOf(Set.copyOf(wanted))).topicNameValues();
        Set<String> missing = new TreeSet<>();
        List<CompletableFuture<?>> all = new ArrayList<>();
        answers.forEach((topic, answer) -> all.add(answer.toCompletionStage()
                .handle((description, failure) -> {
                    note(topic, description, failure, missing);
                    return topic;
                })
                .toCompletableFuture()));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(done -> missing);
    }

    private void note(
            String topic, @Nullable TopicDescription description, @Nullable Throwable failure, Set<String> missing) {
        if (description != null) {
            partitions.put(topic, description.partitions().size());
        } else if (failure != null) {
            RuntimeException told = KafkaErrors.doing("ask for topic '" + topic + "'", failure);
            if (!(told instanceof QueueNotFoundException)) {
                throw told;
            }
            partitions.remove(topic);
            synchronized (missing) {
                missing.add(topic);
            }
        }
    }
}
