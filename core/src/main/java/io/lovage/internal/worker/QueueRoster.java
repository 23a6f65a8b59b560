package io.lovage.internal.worker;

import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The queues a worker takes from, which remote control may change while it runs. One that is cancelled fetches no more
 * and stays until nothing of it is in hand: closing its consumer earlier would give back what is running. Thread-safe.
 */
final class QueueRoster {
    private final ReentrantLock changing = new ReentrantLock();
    /** Also those that leave. */
    private final List<Fetcher> all = new CopyOnWriteArrayList<>();

    private final List<Fetcher> taking = new CopyOnWriteArrayList<>();
    private final WorkerEnvironment environment;
    private final WorkerSpec spec;
    private final Lanes lanes;
    private final Fetcher.Parts parts;
    /** Guarded by changing. */
    private boolean closed;

    QueueRoster(WorkerEnvironment environment, WorkerSpec spec, Lanes lanes, Fetcher.Parts parts) {
        this.environment = environment;
        this.spec = spec;
        this.lanes = lanes;
        this.parts = parts;
    }

    /** Subscribes to a queue that was declared. */
    Fetcher subscribe(QueueShare share) {
        QueueCapabilities capabilities =
                environment.queues().capabilities(share.queue().name());
        Lane lane = lanes.add(share, capabilities, spec.prefetch(), spec.concurrency());
        Fetcher fetcher = new Fetcher(
                parts, lane, new ConsumeSpec(share.queue(), spec.prefetch(), spec.renewLeases(), spec.name()));
        all.add(fetcher);
        taking.add(fetcher);
        return fetcher;
    }

    /** Every fetcher that has, or may have, something in hand; changes as the roster does. */
    List<Fetcher> all() {
        return all;
    }

    /** Those that fetch; changes as the roster does. */
    List<Fetcher> taking() {
        return taking;
    }

    List<String> names() {
        return taking.stream().map(fetcher -> fetcher.lane().queue().name()).toList();
    }

    /** False when it is taken from already, or when the worker stops. Waits for the broker. */
    boolean add(String queue) {
        changing.lock();
        try {
            if (closed || names().contains(queue)) {
                return false;
            }
            QueueSpec declared = QueueSpec.of(queue);
            environment.queues().declare(declared);
            subscribe(new QueueShare(declared, 1)).start();
            return true;
        } finally {
            changing.unlock();
        }
    }

    boolean cancel(String queue) {
        changing.lock();
        try {
            for (Fetcher fetcher : taking) {
                if (fetcher.lane().queue().name().equals(queue)) {
                    taking.remove(fetcher);
                    fetcher.stop();
                    return true;
                }
            }
            return false;
        } finally {
            changing.unlock();
        }
    }

    /** Closes the consumers of cancelled queues of which nothing is in hand any more. */
    void closeLeaving() {
        List<Fetcher> over = all.stream()
                .filter(fetcher ->
                        !taking.contains(fetcher) && fetcher.ended().isDone() && lanes.removeIfEmpty(fetcher.lane()))
                .toList();
        all.removeAll(over);
        over.forEach(Fetcher::close);
    }

    /** No queue comes any more: the worker stops. */
    void close() {
        changing.lock();
        try {
            closed = true;
        } finally {
            changing.unlock();
        }
    }
}
