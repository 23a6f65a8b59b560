package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.redis.BareEnvelope;
import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.bare.redis.BarePusher;
import io.lovage.benchmarks.bare.redis.BareTaker;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The work over a list of Redis, which writes to its log once a second. */
final class OverRedis {
    private OverRedis() {}

    static Work publishLovage(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.publish.lovage");
        return new Publishing(queue, Publishing.with(Connections.lovage(url, queue.name())), Workload.PUSHED);
    }

    static Work publishBare(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.publish.bare");
        return new Publishing(queue, filler(queue), Workload.PUSHED);
    }

    /** Through the SPI and the codec, on one thread, as the inside of a worker without its slots. */
    static Work consumeLovage(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.consume.lovage");
        return new Draining(queue, filler(queue), new ConsumerDrain(url, queue.name(), Draining.HANDLERS));
    }

    static Work workLovage(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.worker.lovage");
        return new Draining(queue, filler(queue), Draining.with(Connections.lovage(url, queue.name())));
    }

    static Work consumeBare(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.consume.bare");
        BareTaker taker = taker(queue, Draining.HANDLERS);
        return new Draining(queue, filler(queue), new Draining.Drain() {
            @Override
            public void run(int tasks) throws Exception {
                taker.run(tasks);
            }

            @Override
            public void close() {
                // the connection is the queue's
            }
        });
    }

    static BareTaker taker(BareList queue, Map<String, Consumer<Chunk>> handlers) {
        return new BareTaker(queue, Workload.PREFETCH, handlers);
    }

    static Publishing.Publisher filler(BareList queue) {
        BarePusher bare = new BarePusher(queue, new BareEnvelope(Connections.bareEncoder()));
        return new Publishing.Publisher() {
            @Override
            public void publish(List<Chunk> chunks) throws Exception {
                bare.publish(chunks);
            }

            @Override
            public void close() {
                // the connection is the queue's
            }
        };
    }
}
