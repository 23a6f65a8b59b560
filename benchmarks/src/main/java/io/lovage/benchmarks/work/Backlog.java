package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.testservers.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.UnaryOperator;

/**
 * A private Redis with one queue, on which something may lie already: messages that wait, delayed ones, and ones that
 * somebody holds and renews. Used by one thread.
 */
public final class Backlog implements AutoCloseable {
    private static final String QUEUE = "benchmark.growth";
    private static final Duration FAR = Duration.ofHours(6);
    private static final Duration WAIT = Duration.ofSeconds(10);

    /** What lies there before anything is measured. */
    public record Load(int waiting, int delayed, int leased) {
        public static final Load NONE = new Load(0, 0, 0);
    }

    private final RedisServer server;
    private final Lovage lovage;
    private final SpiTaker drain;
    private final List<Delivery> held = new ArrayList<>();
    private long bytesPerQueuedTask;

    private Backlog(RedisServer server) {
        this.server = server;
        this.lovage = Connections.lovage(server.url(), QUEUE);
        this.drain = SpiTaker.joiningEachTime(server.url(), QUEUE, Workload.PREFETCH, chunk -> {});
    }

    /** Starts the server and puts the load onto it. */
    public static Backlog start(Load load) throws Exception {
        Backlog backlog = new Backlog(RedisServer.start());
        try {
            backlog.put(load);
            return backlog;
        } catch (Exception e) {
            backlog.close();
            throw e;
        }
    }

    private void put(Load load) throws Exception {
        send(load.leased(), signature -> signature);
        if (load.leased() > 0) {
            hold(load.leased());
        }
        send(load.delayed(), signature -> signature.delay(FAR));
        try (BareList look = BareList.open(server.url(), "benchmark.look")) {
            long before = look.usedMemory();
            send(load.waiting(), signature -> signature);
            bytesPerQueuedTask = load.waiting() == 0 ? 0 : (look.usedMemory() - before) / load.waiting();
        }
    }

    private void hold(int count) throws InterruptedException, TimeoutException {
        Broker.Consumer holder = drain.consumer(count);
        while (held.size() < count) {
            List<Delivery> more = holder.poll(count - held.size(), WAIT);
            if (more.isEmpty()) {
                throw new TimeoutException("holds " + held.size() + " of " + count + " messages");
            }
            held.addAll(more);
        }
    }

    private void send(int count, UnaryOperator<Signature<Chunk, Void>> how) {
        List<Signature<Chunk, Void>> batch = Workload.chunks(Workload.BATCH).stream()
                .map(chunk -> how.apply(Workload.IMPORT.with(chunk).ignoreResult()))
                .toList();
        for (int sent = 0; sent < count; sent += Workload.BATCH) {
            lovage.sendAll(batch);
        }
    }

    /** What Redis needs for one waiting message, by its own account; 0 without a load. */
    public long bytesPerQueuedTask() {
        return bytesPerQueuedTask;
    }

    /** What this server calls its version. */
    public String serverVersion() throws IOException {
        try (BareList look = BareList.open(server.url(), "benchmark.look")) {
            return look.serverVersion();
        }
    }

    /** Sends so many tasks; answers tasks/s. */
    public double publish(int count) {
        Stopwatch watch = Stopwatch.start();
        send(count, signature -> signature);
        return count * 1e9 / watch.nanos();
    }

    /** Takes, runs and settles so many tasks; answers tasks/s. */
    public double drain(int count) throws Exception {
        Stopwatch watch = Stopwatch.start();
        drain.run(count);
        return count * 1e9 / watch.nanos();
    }

    @Override
    public void close() {
        drain.close();
        lovage.close();
        server.close();
    }
}
