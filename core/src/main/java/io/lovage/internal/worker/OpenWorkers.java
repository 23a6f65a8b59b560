package io.lovage.internal.worker;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The workers of one connection that have not ended, so that they end with it. Thread-safe. */
public final class OpenWorkers {
    private static final Logger log = LoggerFactory.getLogger(OpenWorkers.class);

    private final Set<AutoCloseable> open = ConcurrentHashMap.newKeySet();
    private volatile boolean ended;

    /**
     * Before it does anything. Whoever closes sets the mark and then looks who is there; who begins makes himself known
     * and then looks at the mark: one of the two sees the other, and no worker outlives its connection.
     *
     * @return false when the connection was closed meanwhile, and this worker must not begin
     */
    boolean add(AutoCloseable worker) {
        open.add(worker);
        return !ended;
    }

    void remove(AutoCloseable worker) {
        open.remove(worker);
    }

    /** Whether one of them takes tasks by itself. */
    public boolean anyWithThreads() {
        return open.stream().anyMatch(QueueWorker.class::isInstance);
    }

    /** Stops them one after the other, each within its own grace; none can begin from now on. */
    public void closeAll() {
        ended = true;
        List<AutoCloseable> all = new ArrayList<>(open);
        for (AutoCloseable worker : all) {
            close(worker);
        }
    }

    private static void close(AutoCloseable worker) {
        try {
            worker.close();
        } catch (Exception e) { // the other workers must still be stopped
            log.warn("a worker did not stop as it should", e);
        }
    }
}
