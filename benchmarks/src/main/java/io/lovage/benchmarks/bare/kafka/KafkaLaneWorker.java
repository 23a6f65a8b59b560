package io.lovage.benchmarks.bare.kafka;

import io.lovage.benchmarks.bare.BareEnvelope;
import io.lovage.benchmarks.bare.LiveWorker;
import io.lovage.benchmarks.bare.Slots;
import io.lovage.benchmarks.bare.TaskBody;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Takes one message at a time in each slot, with a consumer and a thread of its own, and accepts it when it was run;
 * another thread runs it, so that the lock can be renewed meanwhile. Thread-safe.
 */
public final class KafkaLaneWorker implements LiveWorker {
    private static final int FETCH_BYTES = 4 << 10;
    private static final long RENEW_AFTER_SECONDS = 10;
    private static final long CLOSE_SECONDS = 10;

    private static final Map<String, Object> ONE_BY_ONE =
            Map.of("share.acquire.mode", "record_limit", "max.poll.records", 1, "fetch.max.bytes", FETCH_BYTES);

    private final AtomicBoolean closed = new AtomicBoolean();
    private final Set<KafkaShareConsumer<byte[], byte[]>> consumers = ConcurrentHashMap.newKeySet();
    private final ExecutorService lanes;
    private final Slots slots;
    private final TaskBody body;

    /** Begins to take. */
    public KafkaLaneWorker(BareTopic topic, int count, TaskBody body) {
        this.lanes = Executors.newFixedThreadPool(count);
        this.slots = new Slots(count);
        this.body = body;
        for (int lane = 0; lane < count; lane++) {
            lanes.execute(() -> takeAll(topic));
        }
    }

    private void takeAll(BareTopic topic) {
        try (KafkaShareConsumer<byte[], byte[]> consumer = BareShareConsumer.subscribe(topic, ONE_BY_ONE)) {
            consumers.add(consumer);
            while (!closed.get()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(BareShareConsumer.WAIT)) {
                    run(consumer, record);
                }
            }
        } catch (WakeupException stopped) {
            // nobody waits for anything any more
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ExecutionException e) {
            slots.failed(e);
        }
    }

    private void run(KafkaShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> taken)
            throws IOException, ExecutionException, InterruptedException {
        ConsumerRecord<byte[], byte[]> held = taken;
        Future<?> run =
                slots.run(() -> body.run(BareEnvelope.read(taken.value()).chunk()));
        while (!hasEnded(run)) {
            consumer.acknowledge(held, AcknowledgeType.RENEW);
            commit(consumer);
            held = consumer.poll(Duration.ZERO).iterator().next();
        }
        consumer.acknowledge(held);
        commit(consumer);
    }

    private static boolean hasEnded(Future<?> run) throws ExecutionException, InterruptedException {
        try {
            run.get(RENEW_AFTER_SECONDS, TimeUnit.SECONDS);
            return true;
        } catch (TimeoutException stillRunning) {
            return false;
        }
    }

    private static void commit(KafkaShareConsumer<byte[], byte[]> consumer) throws IOException {
        if (!consumer.commitSync().values().stream().allMatch(Optional::isEmpty)) {
            throw new IOException("a lock was lost");
        }
    }

    @Override
    public void check() throws IOException {
        slots.check();
    }

    @Override
    public void close() {
        closed.set(true);
        consumers.forEach(KafkaShareConsumer::wakeup);
        slots.close();
        lanes.shutdown();
        try {
            if (!lanes.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                slots.failed(new IOException("a consumer does not close"));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
