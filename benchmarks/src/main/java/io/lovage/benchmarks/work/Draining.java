package io.lovage.benchmarks.work;

import io.lovage.benchmarks.bare.Handling;
import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeoutException;

/**
 * Empties a queue: takes each message, reads it to its argument, calls the handler and acknowledges it. Who fills the
 * queue is the same for Lovage and the bare client, and not measured.
 */
final class Draining implements Work {
    private final Stand stand;
    private final Sender filler;
    private final Taker taker;
    private final Ledger ledger;
    private final Rest rest;
    private int tasks;

    /**
     * What is needed to fill a queue and to look at what is left.
     *
     * @param counting reads what was not taken
     */
    record Rest(Batches batches, Handling counting) {}

    Draining(Stand stand, Sender filler, Taker taker, Ledger ledger, Rest rest) {
        this.stand = stand;
        this.filler = filler;
        this.taker = taker;
        this.ledger = ledger;
        this.rest = rest;
    }

    @Override
    public void prepare(int wanted) throws Exception {
        stand.queue().purge();
        tasks = wanted;
        for (List<Chunk> batch : rest.batches().of(ledger.begin(wanted), wanted)) {
            filler.send(batch);
        }
    }

    @Override
    public void run() throws Exception {
        taker.run(tasks);
    }

    /** A message that was taken and not acknowledged has come back by now, and counts as a duplicate. */
    @Override
    public Tally verify() throws Exception {
        stand.queue().takeAll(rest.counting());
        return ledger.tally();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        taker.close();
        filler.close();
        stand.close();
    }
}
