package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Which topics exist, and how many partitions they have. A producer that is asked to send to a topic it does not know
 * blocks whoever asks, and one whose topic is gone tries on until its time is over: so everybody asks here first.
 *
 * <p>A topic is known before its leaders serve. When they refuse the first batch of a producer, and take the second,
 * which is under way already, they refuse the first for ever, and its publish fails with its timeout. So a topic that
 * was not seen before counts as there when all its leaders have answered. Thread-safe.
 */
final class Topics {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final ConcurrentHashMap<String, Integer> partitions = new ConcurrentHashMap<>();
    /** Topics whose leaders are being asked, each with its number of partitions. */
    private final ConcurrentHashMap<String, CompletableFuture<@Nullable Void>> asking = new ConcurrentHashMap<>();

    /** Topics that are not to be made anew unnoticed, each with the ids it has had. */
    private final ConcurrentHashMap<String, Set<Uuid>> watched = new ConcurrentHashMap<>();

    /** The id that each topic had when it was last seen. */
    private final ConcurrentHashMap<String, Uuid> ids = new ConcurrentHashMap<>();

    private final Cluster cluster;
    private final TimeSource time;
    private volatile Consumer<String> madeAnew = topic -> {};

    Topics(Cluster cluster, TimeSource time) {
        this.cluster = cluster;
        this.time = time;
    }

    /**
     * From now on it is noticed, whenever anybody asks for one of these topics, that it is another one of the same
     * name: what lay in the first is gone.
     */
    void watch(Collection<String> topics, Consumer<String> whenMadeAnew) {
        madeAnew = whenMadeAnew;
        topics.forEach(topic -> watched.putIfAbsent(topic, ConcurrentHashMap.newKeySet()));
    }

    private void note(TopicDescription found) {
        ids.put(found.name(), found.topicId());
        Set<Uuid> had = watched.get(found.name());
        if (had != null && had.add(found.topicId()) && had.size() > 1) {
            madeAnew.accept(found.name());
        }
    }

    /** Of a topic that was seen before: another one of the same name has another id. */
    Optional<Uuid> id(String topic) {
        return Optional.ofNullable(ids.get(topic));
    }

    /** Of a topic that was seen before; it may be gone meanwhile. */
    OptionalInt known(String topic) {
        Integer count = partitions.get(topic);
        return count == null ? OptionalInt.empty() : OptionalInt.of(count);
    }

    /**
     * Waits until topics that were just created are known to the broker that answers, and served by their leaders.
     *
     * @throws BrokerUnavailableException when that takes long
     */
    void awaitCreated(Collection<String> created) {
        long start = time.nanoTime();
        Set<String> missing = Set.copyOf(created);
        while (!missing.isEmpty()) {
            if (time.nanoTime() - start > PATIENCE.toNanos()) {
                throw new BrokerUnavailableException(
                        "topics " + missing + " were created, and are not to be seen within " + PATIENCE);
            }
            missing = cluster.wait("look for topics " + missing, missing(missing));
            if (!missing.isEmpty()) {
                pause();
            }
        }
    }

    /**
     * Waits until a topic that was just deleted is gone for the broker that answers: nothing is written to it then. Its
     * leaders are not asked: they may be gone already while it is still to be seen, and would be asked in vain for as
     * long as an answer is waited for at all.
     */
    void awaitGone(String topic) {
        long start = time.nanoTime();
        while (cluster.wait("look for topic '" + topic + "'", missingAsTold(Set.of(topic)))
                        .isEmpty()
                && time.nanoTime() - start < PATIENCE.toNanos()) {
            pause();
        }
    }

    private CompletionStage<Set<String>> missingAsTold(Set<String> wanted) {
        return look(
                wanted,
                told -> {
                    throw told;
                },
                (topic, count) -> CompletableFuture.completedFuture(null));
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
     * Asks the cluster, and remembers; waits for the leaders of what was not seen before.
     *
     * @return those of {@code wanted} that do not exist
     */
    CompletionStage<Set<String>> missing(Collection<String> wanted) {
        return look(
                wanted,
                told -> {
                    throw told;
                },
                (topic, count) ->
                        isSeen(topic, count) ? CompletableFuture.completedFuture(null) : served(topic, count));
    }

    /** Likewise, without waiting for leaders: for topics that are old when somebody writes to them. */
    CompletionStage<Set<String>> missingOfOld(Collection<String> wanted) {
        return look(
                wanted,
                told -> {
                    throw told;
                },
                (topic, count) -> {
                    if (count > 0) {
                        partitions.put(topic, count);
                    }
                    return CompletableFuture.completedFuture(null);
                });
    }

    private boolean isSeen(String topic, int count) {
        return count == 0 || known(topic).orElse(0) == count;
    }

    /**
     * Likewise, for who writes one batch at a time and so need not wait for leaders. A topic of which this user may not
     * even ask hides nothing of the others: writing to it will tell.
     */
    CompletionStage<Set<String>> absent(Collection<String> wanted) {
        return look(
                wanted,
                told -> {
                    if (told.retryable()) {
                        throw told;
                    }
                },
                (topic, count) -> CompletableFuture.completedFuture(null));
    }

    private CompletionStage<Set<String>> look(
            Collection<String> wanted,
            Consumer<BrokerException> failed,
            BiFunction<String, Integer, CompletionStage<@Nullable Void>> then) {
        Set<String> missing = ConcurrentHashMap.newKeySet();
        List<CompletableFuture<?>> all = new ArrayList<>();
        cluster.admin()
                .describeTopics(List.copyOf(Set.copyOf(wanted)))
                .topicNameValues()
                .forEach((topic, answer) -> all.add(answer.toCompletionStage()
                        .handle((description, failure) -> {
                            if (failure == null) {
                                note(description);
                                return description.partitions().size();
                            }
                            cluster.noteFailure(failure);
                            BrokerException told = KafkaErrors.doing("ask for topic '" + topic + "'", failure);
                            if (told instanceof QueueNotFoundException) {
                                partitions.remove(topic);
                                missing.add(topic);
                            } else {
                                failed.accept(told);
                            }
                            return 0;
                        })
                        .thenCompose(count -> then.apply(topic, count))
                        .toCompletableFuture()));
        return CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).thenApply(done -> missing);
    }

    /** The largest record that this topic takes, in its settings' words. */
    CompletionStage<String> largestRecord(String topic) {
        return cluster.admin()
                .describeConfigs(List.of(Queues.topicOf(topic)))
                .all()
                .toCompletionStage()
                .thenApply(found -> found.values().stream()
                        .flatMap(config -> config.entries().stream())
                        .filter(entry -> entry.name().equals(TopicConfig.MAX_MESSAGE_BYTES_CONFIG))
                        .map(ConfigEntry::value)
                        .findFirst()
                        .orElseThrow());
    }

    /** Leaders that do not serve yet are asked again; whoever wants to know the same meanwhile has the same answer. */
    private CompletionStage<@Nullable Void> served(String topic, int count) {
        String question = topic + "/" + count;
        CompletableFuture<@Nullable Void> answer = new CompletableFuture<>();
        CompletableFuture<@Nullable Void> asked = asking.putIfAbsent(question, answer);
        if (asked != null) {
            return asked;
        }
        leaders(topic, count).whenComplete((ends, failure) -> {
            if (failure == null) {
                partitions.put(topic, count);
            }
            asking.remove(question, answer);
            if (failure == null) {
                answer.complete(null);
            } else {
                answer.completeExceptionally(KafkaErrors.doing("reach the leaders of topic '" + topic + "'", failure));
            }
        });
        return answer;
    }

    private CompletionStage<?> leaders(String topic, int count) {
        Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
        for (int partition = 0; partition < count; partition++) {
            ends.put(new TopicPartition(topic, partition), OffsetSpec.latest());
        }
        ListOffsetsOptions patience = new ListOffsetsOptions().timeoutMs(Math.toIntExact(PATIENCE.toMillis()));
        try {
            return cluster.admin().listOffsets(ends, patience).all().toCompletionStage();
        } catch (RuntimeException e) { // closed meanwhile
            return CompletableFuture.failedFuture(e);
        }
    }
}
