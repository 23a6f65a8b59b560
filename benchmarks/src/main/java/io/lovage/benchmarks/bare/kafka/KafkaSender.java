package io.lovage.benchmarks.bare.kafka;

import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.bare.BareEnvelope;
import io.lovage.benchmarks.bare.SingleSender;
import io.lovage.benchmarks.workload.Chunk;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Publishes records, each with its confirm. The client's settings are its defaults, but for these. Thread-safe. */
public final class KafkaSender implements SingleSender {
    private final KafkaProducer<byte[], byte[]> producer;
    private final BareTopic topic;
    private final BareEnvelope envelopes;

    /**
     * For one topic.
     *
     * @param acks who must have a record before it is confirmed, as Kafka's clients write it
     */
    public KafkaSender(BareTopic topic, BareEncoder encoder, String acks) {
        this.topic = topic;
        this.envelopes = new BareEnvelope(encoder);
        this.producer = new KafkaProducer<>(
                Map.of(
                        "bootstrap.servers",
                        topic.address(),
                        "acks",
                        acks,
                        "enable.idempotence",
                        acks.equals("all"),
                        "linger.ms",
                        0),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    @Override
    public CompletionStage<?> send(Chunk chunk) {
        CompletableFuture<RecordMetadata> confirm = new CompletableFuture<>();
        byte[] value = envelopes.write(BareEncoder.newId(), topic.name(), chunk);
        Future<RecordMetadata> unused = producer.send(new ProducerRecord<>(topic.name(), value), (where, why) -> {
            if (why == null) {
                confirm.complete(where);
            } else {
                confirm.completeExceptionally(why);
            }
        });
        return confirm;
    }

    @Override
    public void close() {
        producer.close();
    }
}
