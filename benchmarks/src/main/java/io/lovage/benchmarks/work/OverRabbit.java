package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.benchmarks.bare.BareConsumer;
import io.lovage.benchmarks.bare.BarePublisher;
import io.lovage.benchmarks.bare.BareQueue;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The work over a classic queue of RabbitMQ, persistent and mandatory, with confirms. */
final class OverRabbit {
    private OverRabbit() {}

    static Work publishLovage(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.publish.lovage");
        return new Publishing(queue, Publishing.with(lovage(url, queue.name())), Workload.PUBLISHED);
    }

    static Work publishBare(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.publish.bare");
        return new Publishing(queue, filler(queue), Workload.PUBLISHED);
    }

    /** Through the SPI and the codec, on one thread, as the inside of a worker without its slots. */
    static Work consumeLovage(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.consume.lovage");
        return new Draining(queue, filler(queue), new ConsumerDrain(options(url), queue.name(), Draining.HANDLERS));
    }

    static Work workLovage(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.worker.lovage");
        return new Draining(queue, filler(queue), Draining.with(lovage(url, queue.name())));
    }

    static Work consumeBare(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.consume.bare");
        return new Draining(queue, filler(queue), new Draining.Drain() {
            @Override
            public void run(int tasks) throws Exception {
                try (BareConsumer consumer =
                        new BareConsumer(queue.connection(), queue.name(), Workload.PREFETCH, Draining.HANDLERS)) {
                    consumer.run(tasks);
                }
            }

            @Override
            public void close() {
                // the connection is the queue's
            }
        });
    }

    private static Publishing.Publisher filler(BareQueue queue) throws IOException {
        BarePublisher bare =
                new BarePublisher(queue.connection(), queue.name(), Connections.bareEncoder(), Workload.WINDOW);
        return new Publishing.Publisher() {
            @Override
            public void publish(List<Chunk> chunks) throws Exception {
                bare.publish(chunks);
            }

            @Override
            public void close() throws IOException, TimeoutException {
                bare.close();
            }
        };
    }

    static Lovage lovage(String url, String queue) {
        return Connections.lovage(options(url), queue);
    }

    /** The queue type and the window are those of the bare client. */
    private static String options(String url) {
        return url + "?queue_type=classic&publish_window=" + Workload.WINDOW;
    }
}
