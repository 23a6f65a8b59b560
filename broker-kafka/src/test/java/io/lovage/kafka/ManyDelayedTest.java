package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** 100,000 delayed tasks, moved by one small process. On a Kafka of its own: others go on while these wait. */
@Execution(ExecutionMode.CONCURRENT)
class ManyDelayedTest {
    private static final long SEED = Long.getLong("lovage.test.seed", new Random().nextLong());
    private static final Task<Integer, Void> LAND = Task.of("proof.land", Integer.class, Void.class);
    private static final int TASKS = 100_000;
    private static final int AT_ONCE = 1_000;
    private static final Duration SHORTEST = Duration.ofSeconds(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    /** A quarter of what so many envelopes would take. */
    private static final long SMALL = 8L << 20;

    private final InstantSource clock = InstantSource.system();
    private final KafkaServer kafka =
            TestServers.startKafka(KafkaOptions.ofDefaults()).orSkip(Assumptions::abort);
    private final WholeWorkers workers = new WholeWorkers(kafka.url() + "?mover=off");
    private final QueueSpec queue = WholeWorkers.queue();
    private final VictimProcess mover = workers.ends(VictimProcess.start(new VictimProcess.Program(
            MovingProcess.class.getName(), List.of(kafka.url()), List.of("-Xmx32m"), Map.of())));

    /** By the number of the task: when it is due, when it ran first, how often. */
    private final AtomicLongArray due = new AtomicLongArray(TASKS);

    private final AtomicLongArray ran = new AtomicLongArray(TASKS);
    private final AtomicIntegerArray times = new AtomicIntegerArray(TASKS);
    private final CountDownLatch left = new CountDownLatch(TASKS);
    private final List<Long> heap = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        workers.close();
        kafka.close();
    }

    @Test
    @Timeout(300)
    @DisplayName("R5.1 R5.4 100,000 tasks delayed by 1 to 60 s run at their time, once; who moves them stays small")
    void ofAMinute() throws InterruptedException {
        allRunAtTheirTime(Duration.ofMinutes(1));
    }

    @Test
    @Tag("long")
    @Timeout(1_200)
    @DisplayName("R5.1 R5.4 100,000 tasks delayed by up to ten minutes run at their time, once")
    void ofTenMinutes() throws InterruptedException {
        allRunAtTheirTime(Duration.ofMinutes(10));
    }

    private void allRunAtTheirTime(Duration longest) throws InterruptedException {
        mover.awaitLine("moving", BrokerFixture.PATIENCE);
        Lovage lovage = workers.connect();
        workers.ends(lovage.worker()
                .queue(queue, 1)
                .prefetch(AT_ONCE)
                .handle(LAND, (number, context) -> {
                    landed(number);
                    return null;
                })
                .start());
        sendAll(lovage, longest);
        awaitAll(longest.plus(WholeWorkers.PATIENCE));
        tell(longest);

        assertThat(IntStream.range(0, TASKS).filter(number -> ran.get(number) < due.get(number)))
                .as("early, seed %d", SEED)
                .isEmpty();
        assertThat(IntStream.range(0, TASKS).filter(number -> times.get(number) > 1))
                .as("twice, seed %d", SEED)
                .isEmpty();
        assertThat(heap).as("bytes in use by who moves").allMatch(bytes -> bytes - heap.get(0) < SMALL);
    }

    private void landed(int number) {
        ran.compareAndSet(number, 0, clock.millis());
        times.incrementAndGet(number);
        left.countDown();
    }

    /** Due is reckoned from before the sending: nothing is early, and what the sending takes counts as late. */
    private void sendAll(Lovage lovage, Duration longest) throws InterruptedException {
        Random random = new Random(SEED);
        int spread = Math.toIntExact(longest.minus(SHORTEST).toMillis()) + 1;
        heap.add(heapOfMover());
        for (int first = 0; first < TASKS; first += AT_ONCE) {
            List<Signature<Integer, Void>> batch = new ArrayList<>();
            for (int number = first; number < first + AT_ONCE; number++) {
                Duration delay = SHORTEST.plusMillis(random.nextInt(spread));
                due.set(number, clock.millis() + delay.toMillis());
                batch.add(LAND.with(number).queue(queue.name()).ignoreResult().delay(delay));
            }
            lovage.sendAll(batch);
        }
    }

    private void awaitAll(Duration patience) throws InterruptedException {
        long end = clock.millis() + patience.toMillis();
        do {
            heap.add(heapOfMover());
        } while (!left.await(LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS) && clock.millis() < end);
        assertThat(left.getCount()).as("not run, seed %d", SEED).isZero();
    }

    private long heapOfMover() throws InterruptedException {
        mover.send("heap");
        return Long.parseLong(mover.awaitLine("heap ", BrokerFixture.PATIENCE).split(" ", -1)[1]);
    }

    private void tell(Duration longest) {
        long[] lateness = IntStream.range(0, TASKS)
                .mapToLong(number -> ran.get(number) - due.get(number))
                .sorted()
                .toArray();
        long least = heap.stream().mapToLong(Long::longValue).min().orElse(0);
        long most = heap.stream().mapToLong(Long::longValue).max().orElse(0);
        WholeWorkers.tell(String.format(
                "%,d tasks delayed by up to %s: late by %d ms (median), %d ms (p99), %d ms (the latest);"
                        + " heap of who moves %,d to %,d KiB in %d looks",
                TASKS,
                longest,
                lateness[TASKS / 2],
                lateness[TASKS / 100 * 99],
                lateness[TASKS - 1],
                least >> 10,
                most >> 10,
                heap.size()));
    }
}
