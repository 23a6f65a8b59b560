package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicIdPartition;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A share consumer of Kafka's own, in explicit acknowledgement mode. For one thread. */
final class KafkaShareClient implements ShareClient {
    private static final Logger log = LoggerFactory.getLogger(KafkaShareClient.class);
    /** A fetch that takes one record reads this much of the log at most, unless the record is larger. */
    private static final int FETCH_BYTES_OF_ONE = 4 << 10;

    private static final int FETCH_BYTES_OF_MANY = 16 << 20;
    private static final long SHORTEST_FETCH_MILLIS = 50;
    private static final long LONGEST_FETCH_MILLIS = 500;
    private static final int FETCH_PART = 20;

    /**
     * What is taken.
     *
     * @param topic of the queue; the group has the same name
     * @param most records at once; 1 is meant strictly, more is rounded up to whole batches of the log
     */
    record Spec(ClientSettings settings, String clientId, String topic, int most, Duration heartbeat, Duration lease) {}

    private final Map<Place, ConsumerRecord<byte[], byte[]>> held = new HashMap<>();
    /** What was acknowledged and not committed. */
    private final Set<Place> acknowledged = new HashSet<>();

    /** What of it has gone with a poll, and how often it is not answered: it may have come again meanwhile. */
    private final Map<Place, Integer> travelling = new HashMap<>();

    private final Map<Place, Answer> answers = new HashMap<>();
    private boolean full;
    private boolean closed;
    private final Spec spec;
    /** Made by the thread that uses it: that takes a while. */
    private volatile @Nullable KafkaShareConsumer<byte[], byte[]> made;

    KafkaShareClient(Spec spec) {
        this.spec = spec;
    }

    private KafkaShareConsumer<byte[], byte[]> consumer() {
        KafkaShareConsumer<byte[], byte[]> known = made;
        if (known == null) {
            known = subscribe();
            made = known;
        }
        return known;
    }

    private KafkaShareConsumer<byte[], byte[]> subscribe() {
        boolean one = spec.most() == 1;
        Map<String, Object> own = new HashMap<>();
        own.put(ConsumerConfig.GROUP_ID_CONFIG, spec.topic());
        own.put("share.acknowledgement.mode", "explicit");
        own.put("share.acquire.mode", one ? "record_limit" : "batch_optimized");
        own.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, spec.most());
        own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false); // a queue that was deleted stays so
        own.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, one ? FETCH_BYTES_OF_ONE : FETCH_BYTES_OF_MANY);
        // A commit waits for the answer to a fetch that is under way: it must not take a large part of a lease.
        own.put(
                ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                Math.toIntExact(Math.max(
                        SHORTEST_FETCH_MILLIS,
                        Math.min(LONGEST_FETCH_MILLIS, spec.lease().toMillis() / FETCH_PART))));
        // Leases tell of a lane that is stuck; its place in the group harms nobody. Nor does its connection.
        own.put(ConsumerConfig.MAX_POLL_INTERVAL_MS_CONFIG, Integer.MAX_VALUE);
        own.put(ConsumerConfig.CONNECTIONS_MAX_IDLE_MS_CONFIG, Long.valueOf(Integer.MAX_VALUE));
        own.put(
                ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG,
                Math.toIntExact(spec.heartbeat().toMillis()));
        try {
            KafkaShareConsumer<byte[], byte[]> consumer = new KafkaShareConsumer<>(
                    spec.settings().with(spec.clientId(), ConsumerConfig.configNames(), own),
                    new ByteArrayDeserializer(),
                    new ByteArrayDeserializer());
            consumer.setAcknowledgementCommitCallback(this::answered);
            consumer.subscribe(List.of(spec.topic()));
            return consumer;
        } catch (KafkaException e) {
            throw KafkaErrors.doing("take from topic '" + spec.topic() + "'", e);
        }
    }

    @Override
    public List<Taken> poll(Duration wait) throws Woken {
        List<Taken> taken = new ArrayList<>();
        held.clear(); // whoever polls has said of everything what is to become of it
        boolean ahead = spec.most() == 1 && !acknowledged.isEmpty();
        letTravel();
        acknowledged.clear();
        try {
            if (ahead) {
                // With the request for one record it would save a way there and back, but servers take longer over
                // that one request than over two; and its answer would wait until there is a record.
                consumer().commitAsync();
            }
            consumer().poll(wait).forEach(record -> {
                Place place = new Place(record.partition(), record.offset());
                held.put(place, record);
                byte[] value = record.value();
                taken.add(new Taken(
                        place,
                        record.deliveryCount().map(Short::intValue).orElse(1),
                        value == null ? new byte[0] : value));
            });
        } catch (WakeupException e) {
            throw new Woken(e);
        } catch (KafkaException e) {
            throw failed("take from Kafka", e);
        }
        full = taken.size() >= spec.most();
        return taken;
    }

    private void letTravel() {
        acknowledged.forEach(place -> travelling.merge(place, 1, Integer::sum));
    }

    @Override
    public void acknowledge(Place place, Acknowledgement how) {
        ConsumerRecord<byte[], byte[]> record = held.get(place);
        if (record == null) {
            throw new IllegalStateException("not held: " + place);
        }
        consumer()
                .acknowledge(
                        record,
                        switch (how) {
                            case ACCEPT -> AcknowledgeType.ACCEPT;
                            case RELEASE -> AcknowledgeType.RELEASE;
                            case RENEW -> AcknowledgeType.RENEW;
                        });
        if (how != Acknowledgement.RENEW) {
            held.remove(place);
            acknowledged.add(place);
        }
    }

    @Override
    public Map<Integer, Answer> commit(Duration limit) {
        Map<Integer, Answer> committed = new HashMap<>();
        acknowledged.clear();
        try {
            Map<TopicIdPartition, Optional<KafkaException>> results = consumer().commitSync(limit);
            results.forEach((partition, failure) -> committed.merge(
                    partition.partition(),
                    answer(failure.orElse(null)),
                    (one, other) -> one.compareTo(other) > 0 ? one : other));
        } catch (WakeupException e) {
            log.debug("woken too late: the answer to a settlement is lost", e);
        } catch (KafkaException e) {
            throw failed("settle at Kafka", e);
        }
        return committed;
    }

    private static Answer answer(@Nullable Exception failure) {
        if (failure == null) {
            return Answer.DONE;
        }
        return failure instanceof InvalidRecordStateException ? Answer.LOST : Answer.UNKNOWN;
    }

    /** Called by the consumer, while one of its methods runs. */
    private void answered(Map<TopicIdPartition, Set<Long>> offsets, @Nullable Exception failure) {
        Answer answer = answer(failure);
        offsets.forEach((partition, all) -> all.forEach(offset -> {
            Place place = new Place(partition.partition(), offset);
            if (travelling.containsKey(place)
                    && travelling.computeIfPresent(place, (same, times) -> times == 1 ? null : times - 1) == null) {
                answers.put(place, answer); // the last one: those before were for who had it before
            }
        }));
    }

    @Override
    public boolean wasFull() {
        return full;
    }

    @Override
    public Map<Place, Answer> answers() {
        if (!closed && !travelling.isEmpty()) {
            try {
                consumer().commitAsync(); // sends nothing, since nothing is left to send; tells what has come
            } catch (WakeupException e) {
                log.debug("woken too late: the answers come next time", e);
            } catch (KafkaException e) {
                throw failed("settle at Kafka", e);
            }
        }
        Map<Place, Answer> come = Map.copyOf(answers);
        answers.clear();
        return come;
    }

    private static BrokerException failed(String doing, KafkaException failure) {
        return KafkaErrors.doing(doing, failure);
    }

    @Override
    public Optional<Duration> lock() {
        return consumer().acquisitionLockTimeoutMs().map(Duration::ofMillis);
    }

    @Override
    public void wakeUp() {
        KafkaShareConsumer<byte[], byte[]> known = made;
        if (known != null) {
            known.wakeup();
        }
    }

    @Override
    public void close(Duration limit) {
        KafkaShareConsumer<byte[], byte[]> known = made;
        closed = true;
        if (known == null) {
            return;
        }
        letTravel();
        try {
            known.close(limit);
        } catch (KafkaException e) {
            throw failed("leave the share group", e);
        }
    }
}
