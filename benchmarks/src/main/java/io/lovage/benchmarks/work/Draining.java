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

    /** Runs so many waiting tasks, and returns when all are settled. */
    interface Drain extends AutoCloseable {
        void run(int tasks) throws Exception;

        @Override
        void close();
    }

    private final List<Chunk> chunks = Workload.chunks(Workload.BATCH);
    private final QueueUnderTest queue;
    private final Publishing.Publisher filler;
    private final Drain drain;

    /**
     * Ready to begin.
     *
     * @param filler the bare client, whoever empties the queue
     */
    Draining(QueueUnderTest queue, Publishing.Publisher filler, Drain drain) {
        this.queue = queue;
        this.filler = filler;
        this.drain = drain;
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
        for (int filled = 0; filled < Workload.DRAINED; filled += Workload.BATCH) {
            filler.publish(chunks);
        }
    }

    @Override
    public void run() throws Exception {
        drain.run(Workload.DRAINED);
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
