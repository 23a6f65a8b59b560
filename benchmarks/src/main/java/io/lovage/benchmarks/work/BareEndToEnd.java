package io.lovage.benchmarks.work;

import io.lovage.benchmarks.workload.Chunk;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The same with the bare client: one thread sends, another one takes. */
final class BareEndToEnd implements Work {
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private final Stand stand;
    private final Sender sender;
    private final Taker taker;
    private final Ledger ledger;
    private final Batches batches;
    private List<List<Chunk>> ready = List.of();
    private int tasks;

    BareEndToEnd(Stand stand, Sender sender, Taker taker, Ledger ledger, Batches batches) {
        this.stand = stand;
        this.sender = sender;
        this.taker = taker;
        this.ledger = ledger;
        this.batches = batches;
    }

    @Override
    public void prepare(int wanted) {
        tasks = wanted;
        ready = batches.of(ledger.begin(wanted), wanted);
    }

    @Override
    public void run() throws Exception {
        Future<?> taken = threads.submit(() -> {
            taker.run(tasks);
            return null;
        });
        for (List<Chunk> batch : ready) {
            sender.send(batch);
        }
        taken.get(2, TimeUnit.MINUTES);
    }

    @Override
    public Tally verify() {
        return ledger.tally();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        threads.shutdownNow();
        taker.close();
        sender.close();
        stand.close();
    }
}
