package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * Empties a queue: takes each message, reads it to its argument, calls the handler and acknowledges it. Who fills the
 * queue is the same for all, and not measured.
 */
final class Draining implements Work {
    static final Map<String, Consumer<Chunk>> HANDLERS = Map.of(Workload.IMPORT.name(), chunk -> {});

    /** Empties the queue. */
    interface Drain extends AutoCloseable {
        /** Gets ready, with the queue full. Not measured. */
        default void begin(int tasks) throws Exception {}

        /** Runs so many waiting tasks, and returns when all are settled. */
        void run(int tasks) throws Exception;

        @Override
        void close();
    }

    private final List<Chunk> chunks = Workload.chunks(Workload.BATCH);
    private final QueueUnderTest queue;
    private final Publishing.Publisher filler;
    private final Drain drain;
    private final int tasks;

    /**
     * Ready to begin.
     *
     * @param filler the bare client, whoever empties the queue
     */
    Draining(QueueUnderTest queue, Publishing.Publisher filler, Drain drain, int tasks) {
        this.queue = queue;
        this.filler = filler;
        this.drain = drain;
        this.tasks = tasks;
    }

    /** Runs so many tasks. */
    @FunctionalInterface
    interface Run {
        void of(int tasks) throws Exception;
    }

    /** With a bare client. */
    static Drain with(Run run, Runnable close) {
        return new Drain() {
            @Override
            public void run(int tasks) throws Exception {
                run.of(tasks);
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }

    /** With a worker, as an application does it. */
    static Drain with(Lovage lovage) {
        return new Drain() {
            @Override
            public void run(int tasks) throws Exception {
                WorkerRun.of(lovage, tasks, () -> {});
            }

            @Override
            public void close() {
                lovage.close();
            }
        };
    }

    @Override
    public void prepare() throws Exception {
        queue.purge();
        for (int filled = 0; filled < tasks; filled += Workload.BATCH) {
            filler.publish(chunks);
        }
        drain.begin(tasks);
    }

    @Override
    public void run() throws Exception {
        drain.run(tasks);
    }

    /** A message that was taken and not acknowledged has come back by now: who took it is gone. */
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
