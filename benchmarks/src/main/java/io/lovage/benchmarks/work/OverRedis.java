package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.BareEnvelope;
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
final class OverRedis implements OverBroker {
    @Override
    public Row.Place place() {
        return Row.Place.REDIS;
    }

    @Override
    public Facts facts() {
        return new Facts(
                "held by a queue that was declared, or refused; Redis writes its log to disk once a second",
                "taken with a lease in one step, acknowledged after the handler",
                "the bare client sends one script for each batch",
                "the bare client has scripts of its own, a batch of each on the way at any time",
                Workload.PUSHED);
    }

    @Override
    public Work publishLovage(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.publish.lovage");
        return new Publishing(queue, Publishing.with(Connections.lovage(url, queue.name())), Workload.PUSHED);
    }

    @Override
    public Work publishBare(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.publish.bare");
        return new Publishing(queue, filler(queue), Workload.PUSHED);
    }

    @Override
    public Work consumeLovage(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.consume.lovage");
        return new Draining(
                queue, filler(queue), new ConsumerDrain(url, queue.name(), Draining.HANDLERS), Workload.DRAINED);
    }

    @Override
    public Work workLovage(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.worker.lovage");
        return new Draining(
                queue, filler(queue), Draining.with(Connections.lovage(url, queue.name())), Workload.DRAINED);
    }

    @Override
    public Work consumeBare(String url) throws IOException {
        BareList queue = BareList.open(url, "benchmark.consume.bare");
        BareTaker taker = taker(queue, Draining.HANDLERS);
        return new Draining(queue, filler(queue), Draining.with(taker::run, () -> {}), Workload.DRAINED);
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
