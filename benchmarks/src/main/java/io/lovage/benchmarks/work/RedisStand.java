package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.bare.QueueUnderTest;
import io.lovage.benchmarks.bare.redis.BareList;
import io.lovage.benchmarks.bare.redis.BarePusher;
import io.lovage.benchmarks.bare.redis.BareTaker;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;

/** A list of Redis. What is written down when is a setting of the server. */
final class RedisStand implements Stand {
    private final Setup setup;
    private final BareList queue;

    RedisStand(Setup setup) throws IOException {
        this.setup = setup;
        this.queue = BareList.open(setup.url(), setup.queue());
    }

    @Override
    public QueueUnderTest queue() {
        return queue;
    }

    @Override
    public Sender sender(Variant variant) {
        BarePusher pusher = new BarePusher(queue, Connections.writing(variant, setup));
        return new Sender() {
            @Override
            public void send(List<Chunk> chunks) throws Exception {
                pusher.publish(chunks);
            }

            @Override
            public void close() {
                // the connection is the queue's
            }
        };
    }

    /** With a connection of its own: nobody waits for the script of somebody else. */
    @Override
    public Taker taker(Variant variant, Ledger ledger) throws IOException {
        BareList own = BareList.open(setup.url(), setup.queue());
        BareTaker taker = new BareTaker(own, setup.prefetch(), counting(variant, ledger));
        return Taker.of(taker::run, own::disconnect);
    }

    @Override
    public Handling counting(Variant variant, Ledger ledger) {
        return Connections.counting(variant, ledger);
    }

    @Override
    public void close() {
        queue.close();
    }
}
