package io.lovage.kafka;

import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.TimeSource;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The levels on Kafka. All who may move are one consumer group, and one of them has all levels; when it is killed, the
 * group misses it after {@link #SESSION}. What was moved is removed from the levels after a while (rule R10.7).
 */
final class KafkaLevelLog implements LevelLog {
    private static final Logger log = LoggerFactory.getLogger(KafkaLevelLog.class);

    /** The shortest that servers allow by default. */
    static final Duration SESSION = Duration.ofSeconds(6);

    private static final Duration HEARTBEAT = Duration.ofMillis(500);
    private static final Duration STUCK = Duration.ofMinutes(1);
    private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration BLOCK = Duration.ofSeconds(2);
    private static final Duration COMMIT = Duration.ofSeconds(2);
    private static final Duration SWEEP = Duration.ofSeconds(30);
    private static final int FETCH = 64 << 10;
    private static final int FETCH_OF_ALL = 512 << 10;
    private static final int RECORDS = 500;
    private static final long PRODUCER_ROOM = 8L << 20;
    private static final int LARGEST = 128 << 20;

    /** What it works with. */
    record Surroundings(DelayTopics names, Topics topics, Cluster cluster, TimeSource time) {}

    private final Surroundings around;
    private final Consumer<byte[], byte[]> consumer;
    private final Producer<byte[], byte[]> producer;
    private final Map<String, Integer> levelOf = new HashMap<>();
    private final Set<Integer> lost = new HashSet<>();
    private final Map<Integer, Long> moved = new HashMap<>();
    private final Map<Integer, Long> swept = new HashMap<>();
    private long sweptAt;
    private boolean toldOfClocks;
    private long lookedAt;
    /** Levels that were not there at the last look, and whether they were missing at the one before, too. */
    private volatile Set<String> missing = Set.of();

    private volatile boolean gone;

    KafkaLevelLog(KafkaOptions options, String clientName, Surroundings around) {
        this.around = around;
        this.sweptAt = around.time().nanoTime();
        this.lookedAt = sweptAt;
        DelayLevels.all().forEach(level -> levelOf.put(around.names().level(level), level));
        this.producer = producer(options, clientName);
        try {
            this.consumer = consumer(options, clientName);
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
        consumer.subscribe(around.names().levels(), new Listener());
    }

    private Consumer<byte[], byte[]> consumer(KafkaOptions options, String clientName) {
        Map<String, Object> own = new HashMap<>();
        own.put(ConsumerConfig.GROUP_ID_CONFIG, around.names().group());
        own.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        own.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, List.of(FirstKeepsAllAssignor.class));
        own.put(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, Math.toIntExact(SESSION.toMillis()));
        own.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, Math.toIntExact(HEARTBEAT.toMillis()));
        own.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Math.toIntExact(STUCK.toMillis()));
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS);
        own.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH);
        own.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_OF_ALL);
        return new KafkaConsumer<>(
                options.client().with(clientName + "-delays", ConsumerConfig.configNames(), own),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
    }

    private static Producer<byte[], byte[]> producer(KafkaOptions options, String clientName) {
        Map<String, Object> own = new HashMap<>();
        own.put(ProducerConfig.ACKS_CONFIG, "all");
        own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        own.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // else a queue's new topic, whose leader does not serve yet, may refuse the first batch and take the second
        own.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        own.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Math.toIntExact(WRITE_TIMEOUT.toMillis()));
        // with what the user lets records linger it must not be more than the whole
        own.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, Math.toIntExact(REQUEST_TIMEOUT.toMillis()));
        own.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCK.toMillis());
        // what others have delayed may be larger than what is published here; it is in memory already
        own.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST);
        own.put(ProducerConfig.BUFFER_MEMORY_CONFIG, PRODUCER_ROOM + LARGEST);
        return new KafkaProducer<>(
                options.client().with(clientName + "-delays", ProducerConfig.configNames(), own),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Runs inside of {@code poll} and {@code close}. */
    private final class Listener implements ConsumerRebalanceListener {
        @Override
        public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
            log.debug("moves the delayed messages of {}", partitions);
        }

        @Override
        public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
            commitNow(moved);
            onPartitionsLost(partitions);
        }

        @Override
        public void onPartitionsLost(Collection<TopicPartition> partitions) {
            partitions.forEach(partition -> {
                Integer level = levelOf.get(partition.topic());
                lost.add(level == null ? -1 : level);
                moved.remove(level);
            });
        }
    }

    @Override
    public DelayedRecord.Seen poll(Duration wait) {
        lost.clear();
        lookForLevels();
        List<DelayedRecord> records = new ArrayList<>();
        consumer.poll(wait).forEach(record -> records.add(waiting(record)));
        return new DelayedRecord.Seen(records, Set.copyOf(lost));
    }

    /**
     * A level that somebody has deleted is not missed by who waits for its records. One answer may come from a broker
     * that does not know it yet.
     */
    private void lookForLevels() {
        if (gone) {
            throw new BrokerUnavailableException("topics " + missing + " are gone, in which messages were delayed");
        }
        long now = around.time().nanoTime();
        if (now - lookedAt < SWEEP.toNanos()) {
            return;
        }
        lookedAt = now;
        around.topics().absent(around.names().levels()).whenComplete((absent, failure) -> {
            if (failure == null) {
                Set<String> before = missing;
                missing = Set.copyOf(absent);
                gone = absent.stream().anyMatch(before::contains);
            }
        });
    }

    private DelayedRecord waiting(ConsumerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        if (record.timestampType() != TimestampType.LOG_APPEND_TIME && !toldOfClocks) {
            toldOfClocks = true;
            log.warn(
                    "delays follow the clocks of those who publish: set message.timestamp.type=LogAppendTime for topic {}",
                    record.topic());
        }
        return new DelayedRecord(
                levelOf.getOrDefault(record.topic(), -1),
                record.offset(),
                record.timestamp(),
                DelayHeaders.read(name -> header(record, name)),
                value == null ? new byte[0] : value);
    }

    private static byte @Nullable [] header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null ? null : header.value();
    }

    private TopicPartition partition(int level) {
        return new TopicPartition(around.names().level(level), 0);
    }

    private boolean has(int level) {
        return consumer.assignment().contains(partition(level));
    }

    @Override
    public void pause(int level) {
        if (has(level)) {
            consumer.pause(List.of(partition(level)));
        }
    }

    @Override
    public void resume(int level) {
        if (has(level)) {
            consumer.resume(List.of(partition(level)));
        }
    }

    @Override
    public void rewind(int level, long offset) {
        if (has(level)) {
            consumer.seek(partition(level), offset);
        }
    }

    @Override
    public void moved(Map<Integer, Long> next) {
        moved.putAll(next);
        consumer.commitAsync(offsets(next), (offsets, failure) -> {
            if (failure != null) {
                log.debug("cannot write down what was moved; the next time does", failure);
            }
        });
        long now = around.time().nanoTime();
        if (now - sweptAt >= SWEEP.toNanos()) {
            sweptAt = now;
            sweep();
        }
    }

    @Override
    public boolean areOurs(Map<Integer, Long> next) {
        return commitNow(next);
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(Map<Integer, Long> next) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        next.forEach((level, offset) -> offsets.put(partition(level), new OffsetAndMetadata(offset)));
        return offsets;
    }

    /** Whether the group took it; what is not written down is moved again. */
    private boolean commitNow(Map<Integer, Long> next) {
        try {
            try {
                consumer.commitSync(offsets(next), COMMIT);
            } catch (WakeupException e) { // was meant for a poll that was over already
                consumer.commitSync(offsets(next), COMMIT);
            }
            return true;
        } catch (KafkaException e) {
            log.debug("cannot write down what was moved; it will be moved again", e);
            return false;
        }
    }

    /** Also before it is written down: who begins at the first that is left begins right. */
    private void sweep() {
        Map<TopicPartition, RecordsToDelete> done = new HashMap<>();
        moved.forEach((level, offset) -> {
            if (!offset.equals(swept.put(level, offset))) {
                done.put(partition(level), RecordsToDelete.beforeOffset(offset));
            }
        });
        if (!done.isEmpty()) {
            around.cluster()
                    .admin()
                    .deleteRecords(done)
                    .all()
                    .toCompletionStage()
                    .whenComplete((all, failure) -> {
                        if (failure != null) {
                            log.debug("cannot remove what was moved; the next time does", failure);
                        }
                    });
        }
    }

    @Override
    public CompletionStage<Long> write(DelayStep to, byte[] value) {
        ProducerRecord<byte[], byte[]> record = new ProducerRecord<>(to.topic(), value);
        to.headers().forEach(record.headers()::add);
        return send(record);
    }

    @Override
    public CompletionStage<Long> bury(String topic, String id, byte[] letter) {
        return send(new ProducerRecord<>(topic, id.getBytes(StandardCharsets.UTF_8), letter));
    }

    @Override
    public CompletionStage<Long> tick() {
        return send(new ProducerRecord<>(around.names().clock(), new byte[0]));
    }

    private CompletionStage<Long> send(ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<Long> written = new CompletableFuture<>();
        try {
            Future<RecordMetadata> unused = producer.send(record, (metadata, failure) -> {
                if (failure == null) {
                    written.complete(metadata.timestamp());
                } else {
                    written.completeExceptionally(failure);
                }
            });
        } catch (KafkaException | IllegalStateException e) {
            written.completeExceptionally(e);
        }
        return written;
    }

    @Override
    public CompletionStage<Set<String>> missing(Set<String> topics) {
        return around.topics().absent(topics);
    }

    /** From another thread: lets {@code poll} throw. */
    void wakeup() {
        consumer.wakeup();
    }

    /** From another thread: what is written and not confirmed has failed. */
    void giveUpWriting() {
        producer.close(Duration.ZERO);
    }

    @Override
    public void close() {
        try {
            commitNow(moved);
            sweep();
        } finally {
            try {
                producer.close(Duration.ZERO);
            } finally {
                consumer.close(CloseOptions.timeout(COMMIT));
            }
        }
    }
}
