package io.lovage.kafka;

import io.lovage.spi.BrokerUnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/**
 * The one idempotent producer. A producer cannot take back what it was given for a topic that is gone: it would send it
 * if the topic came again. So it is replaced then, and only the old one is closed. Thread-safe.
 */
final class Producers implements AutoCloseable {
    /** Beside the window of {@link PublishWindow}, which counts bytes and not the batches they lie in. */
    private static final long ROOM = 32L << 20;

    private static final int LONGEST_REQUEST_TIMEOUT = 30_000;
    /** Only a topic that was just made, or is just gone, makes anybody wait. */
    private static final int LONGEST_BLOCK = 5_000;

    /**
     * How they are made.
     *
     * @param timeout after which a producer gives a record up
     */
    record Spec(KafkaOptions options, String clientName, Duration timeout) {}

    /**
     * One producer and its number.
     *
     * @param confirmed when it last confirmed something, by the clock that only goes forward
     */
    record Generation(int number, Producer<byte[], byte[]> producer, AtomicReference<@Nullable Long> confirmed) {
        Generation(int number, Producer<byte[], byte[]> producer) {
            this(number, producer, new AtomicReference<>());
        }

        void confirmed(long now) {
            confirmed.set(now);
        }
    }

    private final Spec spec;
    /* guarded by this */
    private @Nullable Generation current;
    /** Those that were retired and still have to do with what they were given. */
    private final Map<Integer, Generation> leaving = new HashMap<>();

    private int made;
    private boolean closed;

    Producers(Spec spec) {
        this.spec = spec;
    }

    /** After which a producer gives a record up, unless its thread has died. */
    Duration timeout() {
        return spec.timeout();
    }

    synchronized Generation current() {
        if (closed) {
            throw new BrokerUnavailableException("this connection to Kafka was closed");
        }
        Generation known = current;
        if (known == null) {
            known = new Generation(made++, create());
            current = known;
        }
        return known;
    }

    /** The current one, when it has this number; from now on there is another one. Who retires it closes it. */
    synchronized @Nullable Generation retire(int number) {
        Generation known = current;
        if (known == null || known.number() != number) {
            return null;
        }
        current = null;
        leaving.put(number, known);
        return known;
    }

    /** Fails what a retired one has not confirmed. Idempotent. */
    void close(Generation retired) {
        synchronized (this) {
            leaving.remove(retired.number());
        }
        retired.producer().close(Duration.ZERO);
    }

    /** As {@link #retire}, when it has confirmed nothing since then. */
    synchronized @Nullable Generation retireIfSilentSince(int number, long then) {
        Generation known = current;
        Long last = known == null ? null : known.confirmed().get();
        return last != null && last - then >= 0 ? null : retire(number);
    }

    private Producer<byte[], byte[]> create() {
        KafkaOptions options = spec.options();
        int timeout = Math.toIntExact(
                Math.min(Integer.MAX_VALUE / 2, Math.max(1, spec.timeout().toMillis())));
        int request = Math.min(
                Math.min(timeout, LONGEST_REQUEST_TIMEOUT),
                Math.toIntExact(options.heartbeat().toMillis()));
        int largest = options.topics().largestRecord();
        Map<String, Object> own = new HashMap<>();
        own.put(ProducerConfig.ACKS_CONFIG, "all");
        own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        own.put(ProducerConfig.LINGER_MS_CONFIG, 0); // what waits while a request is under way makes a batch anyway
        own.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, timeout);
        own.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, request);
        own.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, Math.min(timeout, LONGEST_BLOCK));
        long room = Math.max(2L * options.publishWindowBytes(), 2L * largest) + ROOM;
        own.put(ProducerConfig.BUFFER_MEMORY_CONFIG, room);
        // What may be published is judged before; what others have written may be larger, and its topic judges.
        own.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Math.toIntExact(Math.min(Integer.MAX_VALUE, room)));
        return new KafkaProducer<>(
                options.client().with(spec.clientName() + "-publish", ProducerConfig.configNames(), own),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Fails what is not confirmed. Idempotent. */
    @Override
    public void close() {
        List<Generation> all;
        synchronized (this) {
            closed = true;
            all = new ArrayList<>(leaving.values());
            if (current != null) {
                all.add(current);
            }
            leaving.clear();
            current = null;
        }
        all.forEach(each -> each.producer().close(Duration.ZERO));
    }
}
