package io.lovage.benchmarks.work;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/**
 * Sends tasks while a worker runs them, as two applications do, each with a connection of its own. A run ends when the
 * last task is settled. The worker stays from run to run.
 */
final class EndToEnd implements Work {
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final long LOOK_NANOS = 100_000;
    private static final int MOST_LOOKS = 50_000;

    private final Stand stand;
    private final Sender sender;
    private final Lovage lovage;
    private final Worker worker;
    private final Ledger ledger;
    private final Batches batches;
    private List<List<Chunk>> ready = List.of();

    /**
     * Both applications.
     *
     * @param sender the one that sends, and waits for results where it wants them
     * @param lovage the one that works
     */
    record Applications(Sender sender, Lovage lovage) {}

    EndToEnd(Stand stand, Setup setup, Applications applications, Ledger ledger, Batches batches) {
        this.stand = stand;
        this.sender = applications.sender();
        this.lovage = applications.lovage();
        this.ledger = ledger;
        this.batches = batches;
        this.worker = lovage.worker()
                .concurrency(setup.slots())
                .prefetch(setup.prefetch())
                .handle(Workload.IMPORT, (chunk, context) -> {
                    ledger.saw(chunk);
                    return null;
                })
                .start();
    }

    @Override
    public void prepare(int tasks) {
        ready = batches.of(ledger.begin(tasks), tasks);
    }

    @Override
    public void run() throws Exception {
        long before = worker.stats().succeeded();
        for (List<Chunk> batch : ready) {
            sender.send(batch);
        }
        sender.finish();
        ledger.await();
        awaitSettled(before + ledger.seen());
    }

    /** A worker counts a task as succeeded when it is settled. */
    private void awaitSettled(long succeeded) throws TimeoutException {
        for (int looks = 0; worker.stats().succeeded() < succeeded; looks++) {
            if (looks > MOST_LOOKS) {
                throw new TimeoutException((succeeded - worker.stats().succeeded()) + " tasks were not settled");
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }

    /** What comes again does so soon: the worker is still there to take it. */
    @Override
    public Tally verify() throws Exception {
        for (int looks = 0; looks < MOST_LOOKS && stand.queue().waiting() > 0; looks++) {
            LockSupport.parkNanos(LOOK_NANOS);
        }
        return ledger.tally();
    }

    @Override
    public long redelivered() {
        return worker.stats().redelivered();
    }

    @Override
    public void close() throws IOException, TimeoutException {
        worker.stop(GRACE);
        sender.close();
        lovage.close();
        stand.close();
    }
}
