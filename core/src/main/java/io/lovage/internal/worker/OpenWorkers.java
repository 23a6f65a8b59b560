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

    void add(AutoCloseable worker) {
        open.add(worker);
    }

    void remove(AutoCloseable worker) {
        open.remove(worker);
    }

    /** Stops them one after the other, each within its own grace. */
    public void closeAll() {
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
