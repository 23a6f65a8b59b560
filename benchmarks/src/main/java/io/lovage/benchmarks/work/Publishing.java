package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.BareEncoder;
import io.lovage.benchmarks.bare.BarePublisher;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Publishes batches to a classic queue of RabbitMQ, persistent and mandatory; each batch is confirmed as a whole before
 * the next one begins.
 */
final class Publishing implements Work {
    /** Publishes one batch and returns when it is confirmed. */
    private interface Publisher extends AutoCloseable {
        void publish(List<Chunk> chunks) throws Exception;

        @Override
        void close() throws IOException, TimeoutException;
    }

    private final List<Chunk> batch = Workload.chunks(Workload.BATCH);
    private final BareQueue queue;
    private final Publisher publisher;

    private Publishing(BareQueue queue, Publisher publisher) {
        this.queue = queue;
        this.publisher = publisher;
    }

    static Publishing lovage(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.publish.lovage");
        Lovage lovage = Connections.lovage(url, queue.name());
        return new Publishing(queue, new Publisher() {
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
        });
    }

    static Publishing bare(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.publish.bare");
        BareEncoder encoder = Connections.bareEncoder();
        BarePublisher bare = new BarePublisher(queue.connection(), queue.name(), encoder, Workload.WINDOW);
        return new Publishing(queue, new Publisher() {
            @Override
            public void publish(List<Chunk> chunks) throws Exception {
                bare.publish(chunks);
            }

            @Override
            public void close() throws IOException, TimeoutException {
                bare.close();
            }
        });
    }

    @Override
    public void prepare() throws Exception {
        queue.purge();
    }

    @Override
    public void run() throws Exception {
        for (int sent = 0; sent < Workload.PUBLISHED; sent += Workload.BATCH) {
            publisher.publish(batch);
        }
    }

    @Override
    public void verify() throws Exception {
        Expect.equal("messages in the queue after publishing", Workload.PUBLISHED, queue.waiting());
    }

    @Override
    public void close() throws IOException, TimeoutException {
        publisher.close();
        queue.close();
    }
}
