package io.lovage.kafka;

import io.lovage.kafka.Outgoing.Written;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TimeSource;
import io.lovage.spi.UrlOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead-letter topics: each letter is a record whose key is the letter's id, and is removed by another one of the
 * same key without a value. A letter without a key, which somebody else wrote, is named by its place. Thread-safe.
 *
 * <p>The letters of a queue lie in its own topic; in the common one, where a delayed message goes whose queue and dead
 * letters were deleted; and in the one of the servers, see {@link ServersLetters}.
 */
final class DeadLetterBox {
    private static final Logger log = LoggerFactory.getLogger(DeadLetterBox.class);
    private static final Duration LOOK = Duration.ofMillis(200);
    private static final int MOST_COUNTED = 1_000;

    /** What it works with; {@code patience}: how long reading whole topics may take. */
    record Surroundings(
            Cluster cluster,
            Places places,
            Publisher publisher,
            TimeSource time,
            String clientName,
            Duration patience) {}

    /**
     * Where letters lie.
     *
     * @param ofServers empty where the servers write none
     */
    record Places(TopicNames names, Optional<String> ofServers) {
        String own(QueueSpec queue) {
            return names.topic(queue.deadLetterQueue());
        }

        List<String> all(QueueSpec queue) {
            return Stream.concat(Stream.of(own(queue), names.graveyard()), ofServers.stream())
                    .toList();
        }
    }

    /** Waits for a publish, and says in the words of the SPI why it failed. */
    interface Waiting {
        void until(String doing, CompletionStage<Void> stage);
    }

    /**
     * Where the letters of a queue lie now.
     *
     * @param nothingOfItsOwn a queue that has no topic for its dead letters; others may have some of it
     */
    private record Lying(List<TopicIdPartition> partitions, Optional<QueueNotFoundException> nothingOfItsOwn) {}

    /** How many there were when the topics ended so. */
    private record Counted(Map<TopicIdPartition, Long> ends, long letters) {}

    /** A letter that is there. */
    private record Found(String id, String topic, long writtenMillis) {}

    private final Map<QueueSpec, Counted> counted = new ConcurrentHashMap<>();
    private final Surroundings around;
    private final Waiting waiting;

    DeadLetterBox(Surroundings around, Waiting waiting) {
        this.around = around;
        this.waiting = waiting;
    }

    List<DeadLetter> list(QueueSpec queue, int max) {
        List<String> wanted = alive(queue).stream().map(Found::id).limit(max).toList();
        return wanted.isEmpty() ? List.of() : letters(queue, wanted);
    }

    /** Reads only when something was written since the last time: workers ask often. */
    long count(QueueSpec queue) {
        Lying lying = lying(queue);
        Map<TopicIdPartition, Long> ends = Offsets.ends(around.cluster(), lying.partitions());
        Counted known = counted.get(queue);
        if (known != null && known.ends().equals(ends)) {
            return known.letters();
        }
        long letters = alive(queue, lying).size();
        if (counted.size() >= MOST_COUNTED) {
            counted.clear();
        }
        counted.put(queue, new Counted(ends, letters));
        return letters;
    }

    boolean resend(QueueSpec queue, String id) {
        Optional<Found> place = find(queue, id);
        Optional<DeadLetter> letter =
                place.flatMap(there -> letters(queue, List.of(id)).stream().findFirst());
        letter.ifPresent(found -> waiting.until(
                "send a dead letter again",
                around.publisher().publish(List.of(OutboundMessage.to(queue.name(), found.message())))));
        letter.flatMap(sent -> place).ifPresent(this::remove);
        return letter.isPresent();
    }

    boolean discard(QueueSpec queue, String id) {
        Optional<Found> place = find(queue, id);
        place.ifPresent(this::remove);
        return place.isPresent();
    }

    private Optional<Found> find(QueueSpec queue, String id) {
        return alive(queue).stream().filter(letter -> letter.id().equals(id)).findFirst();
    }

    private void remove(Found letter) {
        byte[] key = letter.id().getBytes(StandardCharsets.UTF_8);
        waiting.until(
                "remove a dead letter",
                around.publisher().publish(new Written(letter.topic(), letter.topic(), key, Map.of(), null)));
    }

    /** The letters of this queue, the oldest first; in a single topic by their places. */
    private List<Found> alive(QueueSpec queue) {
        return alive(queue, lying(queue));
    }

    private List<Found> alive(QueueSpec queue, Lying lying) {
        Map<String, Found> alive = new LinkedHashMap<>();
        read(queue, lying, record -> {
            Optional<Obituary> obituary = obituary(record);
            if (obituary.isEmpty()) {
                alive.remove(id(record));
            } else if (obituary.get().isOf(queue)) {
                String id = obituary.get().letter().id();
                alive.put(id, new Found(id, record.topic(), record.timestamp()));
            }
        });
        if (alive.isEmpty() && lying.nothingOfItsOwn().isPresent()) {
            throw lying.nothingOfItsOwn().get();
        }
        List<Found> letters = new ArrayList<>(alive.values());
        if (letters.stream().map(Found::topic).distinct().count() > 1) {
            letters.sort(Comparator.comparingLong(Found::writtenMillis));
        }
        return letters;
    }

    private List<DeadLetter> letters(QueueSpec queue, List<String> ids) {
        Map<String, DeadLetter> found = new HashMap<>();
        Set<String> wanted = Set.copyOf(ids);
        read(
                queue,
                lying(queue),
                record -> obituary(record)
                        .map(Obituary::letter)
                        .filter(letter -> wanted.contains(letter.id()))
                        .ifPresent(letter -> found.put(letter.id(), letter)));
        List<DeadLetter> letters = new ArrayList<>();
        for (String id : ids) {
            DeadLetter letter = found.get(id);
            if (letter != null) {
                letters.add(letter);
            }
        }
        return letters;
    }

    /** Empty when the record only removes another one. */
    private Optional<Obituary> obituary(ConsumerRecord<byte[], byte[]> record) {
        Optional<Obituary> byServer =
                around.places().ofServers().filter(record.topic()::equals).isPresent()
                        ? ServersObituary.read(record, around.places().names())
                        : Optional.empty();
        return byServer.or(() ->
                record.value() == null ? Optional.empty() : Optional.of(Obituary.read(id(record), record.value())));
    }

    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null
                ? "kafka-" + record.partition() + "-" + record.offset()
                : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** Shows every record that is there now. */
    private void read(QueueSpec queue, Lying lying, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        if (!lying.partitions().isEmpty()) {
            List<TopicPartition> partitions = lying.partitions().stream()
                    .map(TopicIdPartition::topicPartition)
                    .toList();
            read(partitions, doing(queue), visitor);
        }
    }

    private static String doing(QueueSpec queue) {
        return "read the dead letters of queue '" + queue.name() + "'";
    }

    private Lying lying(QueueSpec queue) {
        List<TopicIdPartition> partitions = new ArrayList<>();
        Optional<QueueNotFoundException> missing = Optional.empty();
        for (String topic : around.places().all(queue)) {
            boolean own = topic.equals(around.places().own(queue));
            try {
                partitions.addAll(partitions(topic, doing(queue)));
            } catch (QueueNotFoundException e) {
                missing = own ? Optional.of(e) : missing;
            } catch (AccessRefusedException e) {
                if (own) {
                    throw e;
                }
                log.debug("dead letters in topic {} are not shown: {}", topic, e.getMessage());
            }
        }
        return new Lying(partitions, missing);
    }

    private List<TopicIdPartition> partitions(String topic, String doing) {
        return around
                .cluster()
                .get(
                        doing,
                        around.cluster().admin().describeTopics(List.of(topic)).allTopicNames())
                .values()
                .stream()
                .flatMap(description -> description.partitions().stream()
                        .map(partition -> new TopicIdPartition(description.topicId(), partition.partition(), topic)))
                .toList();
    }

    private void read(List<TopicPartition> partitions, String doing, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        Map<String, Object> own = Map.of(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                "earliest",
                ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG,
                false,
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.toIntExact(around.patience().toMillis()));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                around.cluster().settings().with(around.clientName() + "-letters", ConsumerConfig.configNames(), own),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            read(consumer, partitions, doing, visitor);
        } catch (KafkaException e) {
            throw KafkaErrors.doing(doing, e);
        }
    }

    private void read(
            KafkaConsumer<byte[], byte[]> consumer,
            List<TopicPartition> partitions,
            String doing,
            Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long deadline = around.time().nanoTime() + around.patience().toNanos();
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            if (deadline - around.time().nanoTime() <= 0) {
                throw new BrokerUnavailableException(
                        "cannot " + doing + " within " + UrlOptions.written(around.patience()));
            }
            consumer.poll(LOOK).forEach(visitor);
        }
    }
}
