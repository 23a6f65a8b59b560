package io.lovage.benchmarks.bare.kafka;

import io.lovage.benchmarks.bare.BareEnvelope;
import io.lovage.benchmarks.bare.LiveWorker;
import io.lovage.benchmarks.bare.Slots;
import io.lovage.benchmarks.bare.TaskBody;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Takes batches; the slots run the messages of one, and when all are done they are accepted with the request for the
 * next. Thread-safe.
 */
public final class KafkaBatchWorker implements LiveWorker {
    private static final long CLOSE_MILLIS = 10_000;

    private final AtomicBoolean closed = new AtomicBoolean();
    private final KafkaShareConsumer<byte[], byte[]> consumer;
    private final Slots slots;
    private final TaskBody body;
    private final Thread taker;

    /**
     * Begins to take.
     *
     * @param batch about how many messages are taken at once
     */
    public KafkaBatchWorker(BareTopic topic, int count, int batch, TaskBody body) {
        this.consumer = BareShareConsumer.subscribe(topic, Map.of("max.poll.records", batch));
        this.slots = new Slots(count);
        this.body = body;
        this.taker = new Thread(this::takeAll, "bare-kafka-taker");
        taker.setDaemon(true);
        consumer.setAcknowledgementCommitCallback((offsets, failure) -> {
            if (failure != null) {
                slots.failed(failure);
            }
        });
        taker.start();
    }

    private void takeAll() {
        try (consumer) {
            while (!closed.get()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(BareShareConsumer.WAIT);
                runAll(records);
                records.forEach(consumer::acknowledge);
            }
        } catch (WakeupException stopped) {
            // nobody waits for anything any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            slots.failed(e);
        }
    }

    private void runAll(Iterable<ConsumerRecord<byte[], byte[]>> records)
            throws InterruptedException, ExecutionException {
        List<Future<?>> running = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : records) {
            running.add(
                    slots.run(() -> body.run(BareEnvelope.read(record.value()).chunk())));
        }
        for (Future<?> each : running) {
            each.get();
        }
    }

    @Override
    public void check() throws IOException {
        slots.check();
    }

    @Override
    public void close() {
        closed.set(true);
        consumer.wakeup();
        slots.close();
        try {
            taker.join(CLOSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
