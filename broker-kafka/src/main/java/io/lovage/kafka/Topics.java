package io.lovage.kafka;

import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
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
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final Cluster cluster;
    private final TimeSource time;

    Topics(Cluster cluster, TimeSource time) {
        this.cluster = cluster;
        this.time = time;
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

    /**
     * Waits until a topic that was just created is known to the broker that answers, and so may be used.
     *
     * @throws BrokerUnavailableException when that takes long
     */
    void awaitCreated(String topic) {
        long start = time.nanoTime();
        Set<String> missing = Set.of(topic);
        while (!missing.isEmpty()) {
            if (time.nanoTime() - start > PATIENCE.toNanos()) {
                throw new BrokerUnavailableException(
                        "topic '" + topic + "' was created, and is not to be seen within " + PATIENCE);
            }
            missing = cluster.wait("look for topic '" + topic + "'", missing(missing));
            if (!missing.isEmpty()) {
                pause();
            }
        }
    }

    /** Waits until a topic that was just deleted is gone for the broker that answers: nothing is written to it then. */
    void awaitGone(String topic) {
        long start = time.nanoTime();
        while (cluster.wait("look for topic '" + topic + "'", missing(Set.of(topic)))
                        .isEmpty()
                && time.nanoTime() - start < PATIENCE.toNanos()) {
            pause();
        }
    }

    private void pause() {
        CompletableFuture<Void> pause = new CompletableFuture<>();
        time.after(LOOK_EVERY, () -> pause.complete(null));
        cluster.wait("wait for a moment", pause);
    }

    void forget(String topic) {
        partitions.remove(topic);
    }

    /**
     * Asks the cluster whether a queue exists.
     *
     * @throws QueueNotFoundException when it does not
     */
    void check(String queue, String topic) {
        cluster.get(
                "look for queue '" + queue + "'",
                cluster.admin().describeTopics(List.of(topic)).allTopicNames());
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
