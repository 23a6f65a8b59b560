package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Publishes batches; each batch is confirmed as a whole before the next one begins. */
final class Publishing implements Work {
    /** Publishes one batch and returns when it is confirmed. */
    interface Publisher extends AutoCloseable {
        void publish(List<Chunk> chunks) throws Exception;

        @Override
        void close() throws IOException, TimeoutException;
    }

    private final List<Chunk> batch = Workload.chunks(Workload.BATCH);
    private final QueueUnderTest queue;
    private final Publisher publisher;
    private final int tasks;

    Publishing(QueueUnderTest queue, Publisher publisher, int tasks) {
        this.queue = queue;
        this.publisher = publisher;
        this.tasks = tasks;
    }

    /** As an application does it. */
    static Publisher with(Lovage lovage) {
        return new Publisher() {
            @Override
            public void publish(List<Chunk> chunks) {
                lovage.sendAll(chunks.stream()
                        .map(chunk -> Workload.IMPORT.with(chunk).ignoreResult())
                        .toList());
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
    }

    @Override
    public void run() throws Exception {
        for (int sent = 0; sent < tasks; sent += Workload.BATCH) {
            publisher.publish(batch);
        }
    }

    @Override
    public void verify() throws Exception {
        Expect.equal("messages in the queue after publishing", tasks, queue.waiting());
    }

    @Override
    public void close() throws IOException, TimeoutException {
        publisher.close();
        queue.close();
    }
}
