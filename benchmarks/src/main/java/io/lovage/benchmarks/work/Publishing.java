package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Publishes batches; each batch is confirmed as a whole before the next one begins. Afterwards they are counted. */
final class Publishing implements Work {
    private final Stand stand;
    private final Sender sender;
    private final Ledger ledger;
    private final Handling counting;
    private final Batches batches;
    private List<List<Chunk>> ready = List.of();

    Publishing(Stand stand, Sender sender, Ledger ledger, Handling counting, Batches batches) {
        this.stand = stand;
        this.sender = sender;
        this.ledger = ledger;
        this.counting = counting;
        this.batches = batches;
    }

    @Override
    public void prepare(int tasks) throws Exception {
        stand.queue().purge();
        ready = batches.of(ledger.begin(tasks), tasks);
    }

    @Override
    public void run() throws Exception {
        for (List<Chunk> batch : ready) {
            sender.send(batch);
        }
    }

    @Override
    public Tally verify() throws Exception {
        stand.queue().takeAll(counting);
        return ledger.tally();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        sender.close();
        stand.close();
    }
}
