package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.Writing;
import io.lovage.benchmarks.bare.kafka.BareBatches;
import io.lovage.benchmarks.bare.kafka.BareProducer;
import io.lovage.benchmarks.bare.kafka.BareTopic;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * How long tasks wait for workers over Kafka, with default settings on both sides. All answers are milliseconds. Used
 * by one thread.
 */
public final class Starts implements AutoCloseable {
    /** How many tasks a worker runs at once. */
    public static final int SLOTS = 16;

    private static final Duration GRACE = Duration.ofSeconds(10);
    private static final long TIMEOUT_SECONDS = 60;
    private static final double MILLI = 1e6;

    /** What one measurement does: so many tasks, of which the first {@code longTasks} take long. */
    public record Mix(int longTasks, Duration longTime, int shortTasks, Duration shortTime) {}

    /** The heartbeats of groups are those that servers come with. */
    private static final Map<String, Consumer<Chunk>> HANDLERS = Map.of(Workload.IMPORT.name(), chunk -> {});

    private final KafkaServer server = KafkaServer.start(KafkaOptions.ofDefaults()
            .config("group.share.min.heartbeat.interval.ms", "5000")
            .config("group.share.heartbeat.interval.ms", "5000")
            .jvm("-Xms1g", "-Xmx1g"));

    private Lovage connect(String queue) {
        return Connections.lovage(server.url(), queue);
    }

    private static String newQueue() {
        return "benchmark.start." + UUID.randomUUID();
    }

    /** From the start of a worker to its first task: the first worker of a new queue, then another one beside it. */
    public double[] workers() throws InterruptedException, TimeoutException {
        String queue = newQueue();
        CountDownLatch over = new CountDownLatch(1);
        try (Lovage first = connect(queue);
                Lovage second = connect(queue)) {
            try {
                return new double[] {toFirstTask(first, over), toFirstTask(second, over)};
            } finally {
                over.countDown();
            }
        }
    }

    /** It is busy with it until all is over, so that it takes nobody else's. */
    private static double toFirstTask(Lovage lovage, CountDownLatch over)
            throws InterruptedException, TimeoutException {
        lovage.sendAll(List.of(Workload.IMPORT.with(Workload.chunks(1).get(0)).ignoreResult()));
        CountDownLatch here = new CountDownLatch(1);
        Stopwatch watch = Stopwatch.start();
        Worker unused = lovage.worker()
                .concurrency(1)
                .handle(Workload.IMPORT, (chunk, context) -> {
                    here.countDown();
                    over.await();
                    return null;
                })
                .start();
        await(here);
        return watch.nanos() / MILLI;
    }

    /** The same for two bare consumers whose group is as Kafka makes it. */
    public double[] bareConsumers() throws Exception {
        try (BareTopic topic = BareTopic.openUsual(server.url(), newQueue());
                BareProducer filler = new BareProducer(
                        topic, Writing.ofCalls(Connections.bareEncoder()), Connections.acks(Level.D1))) {
            List<Chunk> one = Workload.chunks(1);
            filler.publish(one);
            Stopwatch watch = Stopwatch.start();
            try (BareBatches first = new BareBatches(topic, Workload.TAKEN, Handling.ofCalls(HANDLERS))) {
                first.run(1);
                double alone = watch.nanos() / MILLI;
                filler.publish(one);
                Stopwatch again = Stopwatch.start();
                try (BareBatches second = new BareBatches(topic, Workload.TAKEN, Handling.ofCalls(HANDLERS))) {
                    second.run(1);
                }
                return new double[] {alone, again.nanos() / MILLI};
            }
        }
    }

    /** From the first short task, or else the first one, to the last short one, or else the last one. */
    public double mix(Mix mix) throws InterruptedException, TimeoutException {
        boolean onlyLong = mix.shortTasks() == 0;
        String queue = newQueue();
        CountDownLatch counted = new CountDownLatch(onlyLong ? mix.longTasks() : mix.shortTasks());
        CountDownLatch begun = new CountDownLatch(1);
        try (Lovage lovage = connect(queue)) {
            List<Chunk> chunks = new ArrayList<>(Workload.chunks(mix.longTasks() + mix.shortTasks()));
            lovage.sendAll(chunks.stream()
                    .map(chunk -> Workload.IMPORT.with(chunk).ignoreResult())
                    .toList());
            long firstShort = chunks.get(0).firstRow()
                    + (long) mix.longTasks() * chunks.get(0).rows();
            Worker worker = lovage.worker()
                    .concurrency(SLOTS)
                    .handle(Workload.IMPORT, (chunk, context) -> {
                        boolean isLong = chunk.firstRow() < firstShort;
                        begun.countDown();
                        LockSupport.parkNanos((isLong ? mix.longTime() : mix.shortTime()).toNanos());
                        if (isLong == onlyLong) {
                            counted.countDown();
                        }
                        return null;
                    })
                    .start();
            await(begun);
            Stopwatch watch = Stopwatch.start();
            await(counted);
            double millis = watch.nanos() / MILLI;
            worker.stop(GRACE);
            return millis;
        }
    }

    private static void await(CountDownLatch latch) throws InterruptedException, TimeoutException {
        if (!latch.await(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("the worker did not get its tasks");
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
