package io.lovage.benchmarks.bare.kafka;

import io.lovage.benchmarks.bare.Handling;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaShareConsumer;
import org.apache.kafka.common.errors.WakeupException;
import org.jspecify.annotations.Nullable;

/**
 * Takes with lanes: each has a share consumer and a thread of its own, takes one message at a time, has it run by
 * another thread, so that it can renew the lock meanwhile, and accepts it. Used by one thread.
 */
public final class BareLanes implements AutoCloseable {
    private static final long LONGEST_BEGINNING_SECONDS = 60;

    /** How long nothing comes before a run ends: it has nothing more to come. */
    private static final long LONGEST_SILENCE_SECONDS = 5;

    private static final int FETCH_BYTES = 4 << 10;
    private static final long RENEW_AFTER_SECONDS = 10;

    private static final Map<String, Object> ONE_BY_ONE =
            Map.of("share.acquire.mode", "record_limit", "max.poll.records", 1, "fetch.max.bytes", FETCH_BYTES);

    private final ExecutorService owners = Executors.newCachedThreadPool();
    private final ExecutorService runners = Executors.newCachedThreadPool();
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final Semaphore allowed = new Semaphore(0);
    private final Set<KafkaShareConsumer<byte[], byte[]>> consumers = ConcurrentHashMap.newKeySet();
    private final Handling handling;
    private volatile CountDownLatch left = new CountDownLatch(0);

    /** Begins to take as soon as there is something to {@link #run}. */
    public BareLanes(BareTopic topic, int lanes, Handling handling) {
        this.handling = handling;
        for (int lane = 0; lane < lanes; lane++) {
            owners.execute(() -> work(topic));
        }
    }

    /** Returns when so many messages have been run and accepted, or when no more have come for some seconds. */
    public void run(int count) throws IOException, InterruptedException {
        CountDownLatch all = new CountDownLatch(count);
        left = all;
        allowed.release(count);
        long before = count;
        while (!all.await(before == count ? LONGEST_BEGINNING_SECONDS : LONGEST_SILENCE_SECONDS, TimeUnit.SECONDS)
                && all.getCount() < before) {
            before = all.getCount();
        }
        if (failure.get() != null) {
            throw new IOException("a lane has ended", failure.get());
        }
    }

    private void work(BareTopic topic) {
        try (KafkaShareConsumer<byte[], byte[]> consumer = BareShareConsumer.subscribe(topic, ONE_BY_ONE)) {
            consumers.add(consumer);
            while (!owners.isShutdown()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(BareShareConsumer.WAIT)) {
                    run(consumer, record);
                }
            }
        } catch (WakeupException closed) {
            // nobody waits for anything any more
        } catch (IOException | ExecutionException e) {
            failure.set(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run(KafkaShareConsumer<byte[], byte[]> consumer, ConsumerRecord<byte[], byte[]> taken)
            throws IOException, ExecutionException, InterruptedException {
        ConsumerRecord<byte[], byte[]> held = taken;
        Future<?> run = runners.submit(() -> {
            allowed.acquire();
            handling.handle(taken.value());
            return null;
        });
        while (!hasEnded(run)) {
            consumer.acknowledge(held, AcknowledgeType.RENEW);
            commit(consumer);
            held = consumer.poll(Duration.ZERO).iterator().next();
        }
        consumer.acknowledge(held);
        commit(consumer);
        left.countDown();
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
    public void close() {
        owners.shutdown();
        consumers.forEach(KafkaShareConsumer::wakeup);
        runners.shutdownNow();
    }
}
