package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.BareConsumer;
import io.lovage.benchmarks.bare.BarePublisher;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Empties a classic queue of RabbitMQ: takes each message, reads it to its argument, calls the handler and acknowledges
 * it. Who fills the queue is the same for all, and not measured.
 */
final class Draining implements Work {
    private static final Map<String, Consumer<Chunk>> HANDLERS = Map.of(Workload.IMPORT.name(), chunk -> {});

    /** Runs so many waiting tasks, and returns when all are settled. */
    interface Drain extends AutoCloseable {
        void run(int tasks) throws Exception;

        @Override
        void close();
    }

    private final List<Chunk> chunks = Workload.chunks(Workload.DRAINED);
    private final BareQueue queue;
    private final BarePublisher filler;
    private final Drain drain;

    private Draining(BareQueue queue, Drain drain) throws Exception {
        this.queue = queue;
        this.filler = new BarePublisher(queue.connection(), queue.name(), Connections.bareEncoder(), Workload.WINDOW);
        this.drain = drain;
    }

    /** Through the SPI and the codec, on one thread, as the inside of a worker without its slots. */
    static Draining consumer(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.consume.lovage");
        return new Draining(queue, new ConsumerDrain(Connections.options(url), queue.name(), HANDLERS));
    }

    /** With a worker, as an application does it. */
    static Draining worker(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.worker.lovage");
        Lovage lovage = Connections.lovage(url, queue.name());
        return new Draining(queue, new Drain() {
            @Override
            public void run(int tasks) throws Exception {
                WorkerRun.of(lovage, tasks, () -> {});
            }

            @Override
            public void close() {
                lovage.close();
            }
        });
    }

    static Draining bare(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.consume.bare");
        return new Draining(queue, new Drain() {
            @Override
            public void run(int tasks) throws Exception {
                try (BareConsumer consumer =
                        new BareConsumer(queue.connection(), queue.name(), Workload.PREFETCH, HANDLERS)) {
                    consumer.run(tasks);
                }
            }

            @Override
            public void close() {
                // the connection is the queue's
            }
        });
    }

    @Override
    public void prepare() throws Exception {
        queue.purge();
        filler.publish(chunks);
    }

    @Override
    public void run() throws Exception {
        drain.run(Workload.DRAINED);
    }

    /** A message that was taken and not acknowledged has come back by now: its channel is closed. */
    @Override
    public void verify() throws Exception {
        Expect.equal("messages in the queue after draining", 0, queue.waiting());
    }

    @Override
    public void close() throws IOException, TimeoutException {
        drain.close();
        filler.close();
        queue.close();
    }
}
