package io.lovage.kafka;

import io.lovage.kafka.Outgoing.Written;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * The dead-letter topics: each letter is a record whose key is the letter's id, and is removed by another one of the
 * same key without a value. A letter without a key, which somebody else wrote, is named by its place. Thread-safe.
 */
final class DeadLetterBox {
    private static final Duration LOOK = Duration.ofMillis(200);

    /** What it works with; {@code patience}: how long reading a whole topic may take. */
    record Surroundings(
            Cluster cluster,
            TopicNames names,
            Publisher publisher,
            TimeSource time,
            String clientName,
            Duration patience) {}

    /** Waits for a publish, and says in the words of the SPI why it failed. */
    interface Waiting {
        void until(String doing, CompletionStage<Void> stage);
    }

    private final Surroundings around;
    private final Waiting waiting;

    DeadLetterBox(Surroundings around, Waiting waiting) {
        this.around = around;
        this.waiting = waiting;
    }

    List<DeadLetter> list(QueueSpec queue, int max) {
        Map<String, Place> alive = alive(queue);
        List<String> wanted = alive.keySet().stream().limit(max).toList();
        return wanted.isEmpty() ? List.of() : letters(queue, wanted);
    }

    long count(QueueSpec queue) {
        return alive(queue).size();
    }

    boolean resend(QueueSpec queue, String id) {
        Optional<DeadLetter> letter = find(queue, id);
        letter.ifPresent(found -> {
            waiting.until(
                    "send a dead letter again",
                    around.publisher().publish(List.of(OutboundMessage.to(queue.name(), found.message()))));
            remove(queue, id);
        });
        return letter.isPresent();
    }

    boolean discard(QueueSpec queue, String id) {
        boolean there = alive(queue).containsKey(id);
        if (there) {
            remove(queue, id);
        }
        return there;
    }

    private Optional<DeadLetter> find(QueueSpec queue, String id) {
        return alive(queue).containsKey(id)
                ? letters(queue, List.of(id)).stream().findFirst()
                : Optional.empty();
    }

    private void remove(QueueSpec queue, String id) {
        String topic = topic(queue);
        waiting.until(
                "remove a dead letter",
                around.publisher()
                        .publish(new Written(topic, topic, id.getBytes(StandardCharsets.UTF_8), Map.of(), null)));
    }

    private String topic(QueueSpec queue) {
        return around.names().topic(queue.deadLetterQueue());
    }

    /** Where the letters of this queue lie, the oldest first. */
    private Map<String, Place> alive(QueueSpec queue) {
        Map<String, Place> alive = new LinkedHashMap<>();
        read(topic(queue), record -> {
            String id = id(record);
            if (record.value() == null) {
                alive.remove(id);
            } else if (Obituary.read(id, record.value()).isOf(queue)) {
                alive.put(id, new Place(record.partition(), record.offset()));
            }
        });
        return alive;
    }

    private List<DeadLetter> letters(QueueSpec queue, List<String> ids) {
        Map<String, DeadLetter> found = new HashMap<>();
        read(topic(queue), record -> {
            String id = id(record);
            if (record.value() != null && ids.contains(id)) {
                found.put(id, Obituary.read(id, record.value()).letter());
            }
        });
        List<DeadLetter> letters = new ArrayList<>();
        for (String id : ids) {
            DeadLetter letter = found.get(id);
            if (letter != null) {
                letters.add(letter);
            }
        }
        return letters;
    }

    private static String id(ConsumerRecord<byte[], byte[]> record) {
        return record.key() == null
                ? "kafka-" + record.partition() + "-" + record.offset()
                : new String(record.key(), StandardCharsets.UTF_8);
    }

    /** Shows every record that is there now. */
    private void read(String topic, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
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
            read(consumer, topic, visitor);
        } catch (KafkaException e) {
            throw KafkaErrors.doing("read the dead letters in topic '" + topic + "'", e);
        }
    }

    private void read(
            KafkaConsumer<byte[], byte[]> consumer, String topic, Consumer<ConsumerRecord<byte[], byte[]>> visitor) {
        List<TopicPartition> partitions = partitions(topic);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long deadline = around.time().nanoTime() + around.patience().toNanos();
        while (partitions.stream()
                .anyMatch(partition -> consumer.position(partition) < ends.getOrDefault(partition, 0L))) {
            if (deadline - around.time().nanoTime() <= 0) {
                throw new BrokerUnavailableException(
                        "the dead letters in topic '" + topic + "' could not be read within " + around.patience());
            }
            consumer.poll(LOOK).forEach(visitor);
        }
    }

    private List<TopicPartition> partitions(String topic) {
        return around
                .cluster()
                .get(
                        "look for the dead letters in topic '" + topic + "'",
                        around.cluster().admin().describeTopics(List.of(topic)).allTopicNames())
                .values()
                .stream()
                .flatMap(description -> description.partitions().stream())
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
    }
}
