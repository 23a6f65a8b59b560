package io.lovage.internal.control;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The ids of tasks that shall not run, as a worker has heard of them. Bounds and expiry are Celery's: 50,000 ids, three
 * hours. In memory alone, as in Celery. Thread-safe.
 */
public final class Revoked {
    private static final int MOST = 50_000;
    private static final double NANOS = 1e9;
    private static final Duration KEPT = Duration.ofHours(3);

    private final TimeSource time;
    /** With the time each came; the oldest first. Guarded by this. */
    private final Map<String, Long> ids = new LinkedHashMap<>();

    private volatile boolean any;

    public Revoked(TimeSource time) {
        this.time = time;
    }

    /** Whether a task was revoked; costs next to nothing while none is. */
    public boolean contains(String id) {
        return any && isKnown(id);
    }

    private synchronized boolean isKnown(String id) {
        Long since = ids.get(id);
        return since != null && time.nanoTime() - since < KEPT.toNanos();
    }

    synchronized void add(String id) {
        ids.remove(id);
        ids.put(id, time.nanoTime());
        any = true;
        purge();
    }

    private void purge() {
        long now = time.nanoTime();
        Iterator<Long> oldest = ids.values().iterator();
        while (oldest.hasNext() && (now - oldest.next() >= KEPT.toNanos() || ids.size() > MOST)) {
            oldest.remove();
        }
    }

    synchronized List<String> all() {
        purge();
        return new ArrayList<>(ids.keySet());
    }

    /** In seconds of a clock that only goes forward, as Celery's workers tell each other. */
    synchronized Map<String, Double> times() {
        purge();
        Map<String, Double> times = new LinkedHashMap<>();
        ids.forEach((id, nanos) -> times.put(id, nanos / NANOS));
        return times;
    }
}
