package io.lovage.benchmarks.bare.kafka;

import io.lovage.benchmarks.bare.Handling;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;

/**
 * Takes in batches, reads each message, runs its handler on the calling thread and accepts it; what was accepted goes
 * to the server with the request for the next batch. Used by one thread.
 */
public final class BareBatches implements AutoCloseable {
    /** How many empty polls end a run: it has nothing more to come. */
    private static final int LONGEST_SILENCE = 10;

    private static final int LONGEST_BEGINNING = 120;

    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final Handling handling;
    private final AtomicReference<Exception> refused = new AtomicReference<>();

    /**
     * Ready to run.
     *
     * @param batch about how many messages are taken at once
     */
    public BareBatches(BareTopic topic, int batch, Handling handling) {
        this.consumer = BareShareConsumer.subscribe(topic, Map.of("max.poll.records", batch));
        this.handling = handling;
        consumer.setAcknowledgementCommitCallback((offsets, failure) -> {
            if (failure != null) {
                refused.set(failure);
            }
        });
    }

    /** Returns when so many messages have been run and accepted, or when no more have come for some seconds. */
    public void run(int count) throws IOException {
        int done = 0;
        int silence = 0;
        while (done < count) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(BareShareConsumer.WAIT);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                handling.handle(record.value());
                consumer.acknowledge(record);
            }
            done += records.count();
            silence = records.isEmpty() ? silence + 1 : 0;
            if (silence > (done == 0 ? LONGEST_BEGINNING : LONGEST_SILENCE)) {
                break;
            }
        }
        boolean all = consumer.commitSync().values().stream().allMatch(Optional::isEmpty);
        if (!all || refused.get() != null) {
            throw new IOException("messages were not accepted", refused.get());
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
