package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.BareEnvelope;
import io.lovage.benchmarks.bare.kafka.BareBatches;
import io.lovage.benchmarks.bare.kafka.BareLanes;
import io.lovage.benchmarks.bare.kafka.BareProducer;
import io.lovage.benchmarks.bare.kafka.BareTopic;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;

/**
 * The work over a topic of one partition. Consumers live on between the measurements: to join a group takes a while.
 */
final class OverKafka implements OverBroker {
    @Override
    public Row.Place place() {
        return Row.Place.KAFKA;
    }

    @Override
    public Facts facts() {
        return new Facts(
                "idempotent, confirmed by all replicas (`acks=all`); one broker, one partition",
                "locked at the broker, accepted after the handler",
                "the bare client flushes each batch",
                "the bare client sends what it accepted with the request for the next batch",
                Workload.PUSHED);
    }

    @Override
    public Work publishLovage(String url) throws IOException {
        BareTopic queue = BareTopic.open(url, "benchmark.publish.lovage");
        return new Publishing(queue, Publishing.with(Connections.lovage(url, queue.name())), Workload.PUSHED);
    }

    @Override
    public Work publishBare(String url) throws IOException {
        BareTopic queue = BareTopic.open(url, "benchmark.publish.bare");
        return new Publishing(queue, filler(queue), Workload.PUSHED);
    }

    @Override
    public Work consumeLovage(String url) throws IOException {
        BareTopic queue = BareTopic.open(url, "benchmark.consume.lovage");
        return new Draining(
                queue,
                filler(queue),
                new ConsumerDrain(url, queue.name(), Draining.HANDLERS).keepingItsConsumer(Workload.PREFETCH),
                Workload.DRAINED);
    }

    @Override
    public Work workLovage(String url) throws IOException {
        BareTopic queue = BareTopic.open(url, "benchmark.worker.lovage");
        return new Draining(
                queue, filler(queue), new WaitingWorker(Connections.lovage(url, queue.name())), Workload.DRAINED);
    }

    @Override
    public Work consumeBare(String url) throws IOException {
        BareTopic queue = BareTopic.open(url, "benchmark.consume.bare");
        BareBatches batches = new BareBatches(queue, Workload.TAKEN, Draining.HANDLERS);
        return new Draining(queue, filler(queue), Draining.with(batches::run, batches::close), Workload.DRAINED);
    }

    Work lanesLovage(String url) throws IOException {
        BareTopic queue = BareTopic.open(url, "benchmark.lanes.lovage");
        return new Draining(
                queue,
                filler(queue),
                new ConsumerDrain(url + "?profile=lane", queue.name(), Draining.HANDLERS)
                        .keepingItsConsumer(Workload.LANES),
                Workload.ONE_BY_ONE);
    }

    Work lanesBare(String url) throws IOException {
        BareTopic queue = BareTopic.open(url, "benchmark.lanes.bare");
        BareLanes lanes = new BareLanes(queue, Workload.LANES, Draining.HANDLERS);
        return new Draining(queue, filler(queue), Draining.with(lanes::run, lanes::close), Workload.ONE_BY_ONE);
    }

    static Publishing.Publisher filler(BareTopic queue) {
        BareProducer bare = new BareProducer(queue, new BareEnvelope(Connections.bareEncoder()));
        return new Publishing.Publisher() {
            @Override
            public void publish(List<Chunk> chunks) throws IOException {
                bare.publish(chunks);
            }

            @Override
            public void close() {
                bare.close();
            }
        };
    }
}
