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
final class OverRabbit implements OverBroker {
    @Override
    public Row.Place place() {
        return Row.Place.RABBITMQ;
    }

    @Override
    public Facts facts() {
        return new Facts(
                "persistent, mandatory, every message confirmed by a classic queue",
                "acknowledged after the handler; classic queue",
                "window " + Workload.WINDOW,
                "the bare client runs on its client's own thread",
                Workload.PUBLISHED);
    }

    @Override
    public Work publishLovage(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.publish.lovage");
        return new Publishing(queue, Publishing.with(lovage(url, queue.name())), Workload.PUBLISHED);
    }

    @Override
    public Work publishBare(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.publish.bare");
        return new Publishing(queue, filler(queue), Workload.PUBLISHED);
    }

    @Override
    public Work consumeLovage(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.consume.lovage");
        return new Draining(
                queue,
                filler(queue),
                new ConsumerDrain(options(url), queue.name(), Draining.HANDLERS),
                Workload.DRAINED);
    }

    @Override
    public Work workLovage(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.worker.lovage");
        return new Draining(queue, filler(queue), Draining.with(lovage(url, queue.name())), Workload.DRAINED);
    }

    @Override
    public Work consumeBare(String url) throws Exception {
        BareQueue queue = BareQueue.open(url, "benchmark.consume.bare");
        Draining.Run run = tasks -> {
            try (BareConsumer consumer =
                    new BareConsumer(queue.connection(), queue.name(), Workload.PREFETCH, Draining.HANDLERS)) {
                consumer.run(tasks);
            }
        };
        return new Draining(queue, filler(queue), Draining.with(run, () -> {}), Workload.DRAINED);
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
