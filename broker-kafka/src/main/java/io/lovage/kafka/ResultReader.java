package io.lovage.kafka;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads partitions of a topic, without a group, on a thread of its own: from where it began, or from some time before.
 * It knows how far it came, so that whatever happens to its client, nothing that is retained is missed or told twice.
 *
 * <p>An idle reader leaves one request with each server, which is answered as soon as there is a record: waiting costs
 * nothing, and a result is here within milliseconds (rule R11.2).
 */
final class ResultReader implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(ResultReader.class);
    private static final Duration POLL = Duration.ofSeconds(2);
    private static final Duration RETRY_PAUSE = Duration.ofMillis(500);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(5);
    private static final int FETCH_BYTES = 8 << 20;
    private static final String NOT_YET = "Kafka has not answered";

    /**
     * What is read.
     *
     * @param since how long before the reading began a record may have been written; zero for none
     * @param whole whether these are all partitions that the topic has
     */
    record Spec(String topic, List<Integer> partitions, Duration since, boolean whole) {
        /** How many partitions the topic has at least. */
        int least() {
            return partitions.stream()
                    .mapToInt(partition -> partition + 1)
                    .max()
                    .orElse(0);
        }
    }

    /** What it works with. */
    record Surroundings(ResultSurroundings connection, BackendConfig config) {
        KafkaOptions options() {
            return connection.options();
        }

        Duration limit() {
            return config.connectTimeout();
        }
    }

    private final CompletableFuture<Void> opened = new CompletableFuture<>();
    private final Supplier<Spec> prepare;
    private final Surroundings around;
    private final Consumer<ConsumerRecord<byte[], byte[]>> arrived;
    private final Thread thread;
    private final TopicChanges changes;
    /* of the thread alone: the next offset of each partition, and where those ended when the reading began */
    private final Map<TopicPartition, Long> next = new HashMap<>();
    private final Map<TopicPartition, Long> before = new HashMap<>();
    private volatile @Nullable KafkaConsumer<byte[], byte[]> consumer;
    private volatile boolean closed;
    /** How many records of what was there before have been read, and how many are left. */
    private final AtomicLong progress = new AtomicLong();

    private volatile long left;
    /** Why it does not read, as far as that is known. */
    private volatile String lastReason = NOT_YET;

    /**
     * Begins with {@link #start}.
     *
     * @param prepare makes what is to be read, and says what that is; may block
     * @param arrived is told of each record, in the order of its partition
     */
    ResultReader(Supplier<Spec> prepare, Surroundings around, Consumer<ConsumerRecord<byte[], byte[]>> arrived) {
        this.prepare = prepare;
        this.around = around;
        this.arrived = arrived;
        this.changes = new TopicChanges(around.connection().topics(), this::wakeup);
        this.thread = around.config().threads().named("kafka-results").newThread(this::run);
    }

    void start() {
        thread.start();
    }

    boolean isOpen() {
        return opened.isDone() && !opened.isCompletedExceptionally();
    }

    /** Whether it has ended before it began; one that only takes long goes on. */
    boolean isDead() {
        return opened.isCompletedExceptionally();
    }

    /**
     * Returns when everything that is written from now on will be read, and what was written before has been: as long
     * as that comes nearer, whoever asks waits.
     *
     * @throws BrokerException saying why that cannot be
     */
    void awaitOpened() {
        try {
            long before;
            do {
                before = progress.get();
                if (isOpenWithinLimit()) {
                    return;
                }
                log.info("results from before are being read, {} records are left", left);
            } while (progress.get() != before);
            throw new BrokerUnavailableException("cannot read results within " + UrlOptions.written(around.limit())
                    + ", " + left + " records from before are left: " + lastReason);
        } catch (ExecutionException e) {
            throw KafkaErrors.doing("read results", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while waiting to read results", e);
        }
    }

    private boolean isOpenWithinLimit() throws ExecutionException, InterruptedException {
        try {
            opened.get(around.limit().toNanos(), TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException notYet) {
            return false;
        }
    }

    private void run() {
        while (!closed) {
            try {
                startOver();
                read(prepare.get());
            } catch (WakeupException e) {
                log.debug("begins anew, or ends");
            } catch (BrokerException e) {
                failed(e);
            } catch (RuntimeException | Error e) { // also when the memory was used up: somebody waits for results
                failed(KafkaErrors.doing("read results", e));
            }
        }
        opened.completeExceptionally(ResultBoard.closed());
    }

    private void read(Spec spec) {
        try (Opened reading = open()) {
            begin(spec, reading.client());
            while (!closed) {
                ConsumerRecords<byte[], byte[]> records = reading.client().poll(POLL);
                take(records);
                if (records.isEmpty()) {
                    changes.look(spec);
                }
            }
        }
    }

    /**
     * Another topic of the same name is read from its beginning, or, as long as nobody was told that it is read, from
     * where the user wants it to begin.
     */
    private void startOver() {
        if (changes.take() == TopicChanges.Change.GONE) {
            if (isOpen()) {
                next.replaceAll((partition, offset) -> 0L);
            } else {
                next.clear();
                before.clear();
            }
        }
    }

    private void wakeup() {
        @Nullable KafkaConsumer<byte[], byte[]> reading = consumer;
        if (reading != null) {
            reading.wakeup();
        }
    }

    /** A client, which is closed without a farewell: its server would hear it after the request that waits. */
    private record Opened(KafkaConsumer<byte[], byte[]> client) implements AutoCloseable {
        @Override
        public void close() {
            client.close(CloseOptions.timeout(Duration.ZERO));
        }
    }

    private Opened open() {
        int heartbeat = Math.toIntExact(around.options().heartbeat().toMillis());
        Map<String, Object> own = new HashMap<>();
        own.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic");
        own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"); // where it was is gone: what is left, again
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        own.put(ConsumerConfig.FETCH_MIN_BYTES_CONFIG, 1);
        own.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, heartbeat / 3);
        own.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        own.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, heartbeat);
        own.put(
                ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                Math.max(heartbeat, Math.toIntExact(around.limit().toMillis())));
        KafkaConsumer<byte[], byte[]> client = new KafkaConsumer<>(
                around.options()
                        .client()
                        .with(around.config().clientName() + "-results", ConsumerConfig.configNames(), own),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer());
        consumer = client;
        if (closed) {
            client.wakeup();
        }
        return new Opened(client);
    }

    /** Where it was, or for the first time where the user wants it to begin. */
    private void begin(Spec spec, KafkaConsumer<byte[], byte[]> client) {
        List<TopicPartition> partitions = spec.partitions().stream()
                .map(partition -> new TopicPartition(spec.topic(), partition))
                .toList();
        client.assign(partitions);
        changes.look(spec); // so that another one is noticed
        next.keySet().retainAll(partitions); // another topic of the same name may have fewer
        before.keySet().retainAll(partitions);
        if (isOpen() || !next.isEmpty()) {
            partitions.forEach(partition -> next.putIfAbsent(partition, 0L)); // or more: these are new
        } else {
            Map<TopicPartition, Long> ends = client.endOffsets(partitions);
            Map<TopicPartition, Long> first = new HashMap<>(ends);
            if (!spec.since().isZero()) {
                first.putAll(writtenSince(around.config().time().now().minus(spec.since()), client, partitions));
            }
            before.putAll(ends);
            next.putAll(first);
        }
        next.forEach(client::seek);
        checkOpened();
    }

    private Map<TopicPartition, Long> writtenSince(
            Instant since, KafkaConsumer<byte[], byte[]> client, Collection<TopicPartition> partitions) {
        long millis = since.toEpochMilli();
        return client
                .offsetsForTimes(
                        partitions.stream().collect(Collectors.toMap(partition -> partition, partition -> millis)))
                .entrySet()
                .stream()
                .filter(entry -> entry.getValue() != null)
                .collect(Collectors.toMap(Map.Entry::getKey, entry -> offset(entry.getValue())));
    }

    private static long offset(OffsetAndTimestamp found) {
        return found.offset();
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        for (ConsumerRecord<byte[], byte[]> record : records) {
            arrived.accept(record);
            next.put(new TopicPartition(record.topic(), record.partition()), record.offset() + 1);
        }
        lastReason = NOT_YET;
        progress.addAndGet(records.count());
        checkOpened();
    }

    private void checkOpened() {
        left = before.entrySet().stream()
                .mapToLong(end -> Math.max(0, end.getValue() - next.getOrDefault(end.getKey(), 0L)))
                .sum();
        boolean all = before.entrySet().stream().allMatch(end -> next.getOrDefault(end.getKey(), 0L) >= end.getValue());
        if (all && opened.complete(null)) {
            log.debug("results are read");
            before.clear();
        }
    }

    /**
     * What will not heal by itself ends the beginning (rule R10.4); later it is only told, since results that have come
     * are still there to be read.
     */
    private void failed(BrokerException reason) {
        if (closed) {
            return;
        }
        if (!reason.retryable() && !opened.isDone()) {
            opened.completeExceptionally(reason);
            closed = true;
            return;
        }
        String text = KafkaErrors.text(reason);
        if (!text.equals(lastReason)) {
            log.warn("no results come at present, trying again: {}", text);
        }
        lastReason = text;
        LockSupport.parkNanos(this, RETRY_PAUSE.toNanos());
    }

    /** Idempotent. */
    @Override
    public void close() {
        closed = true;
        wakeup();
        LockSupport.unpark(thread);
        try {
            thread.join(CLOSE_LIMIT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
