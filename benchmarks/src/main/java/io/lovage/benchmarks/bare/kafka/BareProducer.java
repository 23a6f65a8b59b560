package io.lovage.benchmarks.bare.kafka;

import io.lovage.benchmarks.bare.Writing;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes batches; confirmed by the leader or, idempotent, by all replicas. Used by one thread at a time. */
public final class BareProducer implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;
    private final BareTopic topic;
    private final Writing writing;
    private final AtomicReference<Exception> failure = new AtomicReference<>();

    /**
     * Connects.
     *
     * @param acks whom a confirm comes from: {@code all} or {@code 1}
     */
    public BareProducer(BareTopic topic, Writing writing, String acks) {
        this.topic = topic;
        this.writing = writing;
        this.producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", topic.address(), "acks", acks, "enable.idempotence", acks.equals("all")),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    /** Returns when the server has confirmed all of them. */
    public void publish(List<Chunk> chunks) throws IOException {
        for (Chunk chunk : chunks) {
            byte[] value = writing.write(topic.name(), chunk);
            Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic.name(), value), this::sent);
        }
        producer.flush();
        if (failure.get() != null) {
            throw new IOException("a message was not confirmed", failure.get());
        }
    }

    private void sent(RecordMetadata where, Exception why) {
        if (why != null) {
            failure.set(why);
        }
    }

    @Override
    public void close() {
        producer.close();
    }
}
