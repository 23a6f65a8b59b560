package io.lovage.kafka;

import io.lovage.kafka.Producers.Generation;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueNotFoundException;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;

/**
 * Writes results with the producer that messages go by. Whether their topic exists is asked first, since a producer
 * blocks whoever sends to a topic that it does not know. A worker writes as many at once as it runs tasks, so no window
 * bounds them. Thread-safe.
 */
final class ResultWriter {
    private static final String DOING = "store a result";

    private final ResultSurroundings around;
    private final UnconfirmedResults unconfirmed;

    ResultWriter(ResultSurroundings around) {
        this.around = around;
        this.unconfirmed = new UnconfirmedResults(around);
    }

    /**
     * Completes when the brokers hold it; fails with a {@link QueueNotFoundException} when there is no such topic.
     *
     * @param task in errors
     */
    CompletionStage<Void> write(String task, ProducerRecord<byte[], byte[]> record) {
        byte[] value = record.value();
        int largest = around.options().topics().largestRecord();
        if (value != null && value.length > largest) {
            String text = "a result has " + value.length + " bytes, the most that is taken is " + largest
                    + " (?largest_message=)";
            return CompletableFuture.failedFuture(tooLarge(task, text, new ConfigurationException(text)));
        }
        if (exists(record)) {
            return send(task, record);
        }
        return around.topics()
                .missingOfOld(Set.of(record.topic()))
                .handleAsync(
                        (missing, failure) -> {
                            if (failure != null) {
                                throw KafkaErrors.doing(DOING, failure);
                            }
                            if (!missing.isEmpty() || !exists(record)) {
                                throw new QueueNotFoundException("there is no topic " + record.topic()
                                        + " with a partition " + record.partition() + " on Kafka");
                            }
                            return send(task, record);
                        },
                        around.callbacks())
                .thenCompose(sent -> sent);
    }

    private boolean exists(ProducerRecord<byte[], byte[]> record) {
        return record.partition() < around.topics().known(record.topic()).orElse(0);
    }

    /** Nobody can put that right while a worker waits: it stores that the result was too large. */
    private static PublishException tooLarge(String task, String reason, Throwable cause) {
        return new PublishException(reason, List.of(task), false, cause);
    }

    private CompletionStage<Void> send(String task, ProducerRecord<byte[], byte[]> record) {
        CompletableFuture<Void> held = new CompletableFuture<>();
        try {
            Generation by = around.producers().current();
            unconfirmed.add(held, by);
            Future<RecordMetadata> unused = by.producer().send(record, (metadata, failure) -> {
                if (failure == null) {
                    by.confirmed(around.time().nanoTime()); // who publishes takes this producer for dead otherwise
                }
                around.callbacks().execute(() -> {
                    if (failure == null) {
                        held.complete(null);
                    } else {
                        held.completeExceptionally(failed(task, record, failure));
                    }
                });
            });
        } catch (KafkaException | IllegalStateException | BrokerException e) {
            held.completeExceptionally(failed(task, record, e));
        }
        return held;
    }

    /** The topic may be gone, or take less than it did: it is asked for before the next record. */
    private BrokerException failed(String task, ProducerRecord<byte[], byte[]> record, Exception failure) {
        around.topics().forget(record.topic());
        BrokerException told = KafkaErrors.doing(DOING, failure);
        return told.getCause() instanceof RecordTooLargeException ? tooLarge(task, KafkaErrors.text(told), told) : told;
    }
}
