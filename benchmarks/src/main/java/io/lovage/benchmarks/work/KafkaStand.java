package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.bare.kafka.BareBatches;
import io.lovage.benchmarks.bare.kafka.BareLanes;
import io.lovage.benchmarks.bare.kafka.BareProducer;
import io.lovage.benchmarks.bare.kafka.BareTopic;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.util.List;

/** A topic of one partition. Whoever takes stays from run to run, since to join a group takes a while. */
final class KafkaStand implements Stand {
    private final Setup setup;
    private final BareTopic queue;

    KafkaStand(Setup setup) throws IOException {
        this.setup = setup;
        this.queue = BareTopic.open(setup.url(), setup.queue());
    }

    @Override
    public QueueUnderTest queue() {
        return queue;
    }

    @Override
    public Sender sender(Variant variant) {
        BareProducer producer =
                new BareProducer(queue, Connections.writing(variant, setup), Connections.acks(setup.level()));
        return new Sender() {
            @Override
            public void send(List<Chunk> chunks) throws IOException {
                producer.publish(chunks);
            }

            @Override
            public void close() {
                producer.close();
            }
        };
    }

    @Override
    public Taker taker(Variant variant, Ledger ledger) {
        Handling handling = counting(variant, ledger);
        if (setup.contender() == Contender.KAFKA_LANE) {
            BareLanes lanes = new BareLanes(queue, setup.slots(), handling);
            return Taker.of(lanes::run, lanes::close);
        }
        BareBatches batches = new BareBatches(queue, Workload.TAKEN, handling);
        return Taker.of(batches::run, batches::close);
    }

    @Override
    public Handling counting(Variant variant, Ledger ledger) {
        return Connections.counting(variant, ledger);
    }

    @Override
    public void close() throws IOException {
        queue.close();
    }
}
