package io.lovage.rabbitmq;

import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The last state of each task that came, and who waits for which. A final state is never replaced: the first that comes
 * wins (rule R11.1). What came is kept for some time and up to some size (rule R11.3). Thread-safe.
 */
final class KeptResults {
    /** What a kept result costs beside its document. */
    private static final int OVERHEAD_BYTES = 300;

    private record Kept(StoredResult result, long expiresAtNanos) {
        long bytes() {
            return (long) result.document().length() + OVERHEAD_BYTES;
        }
    }

    /** Somebody who waits; the same listener may wait twice. */
    static final class Waiting {
        private final Consumer<StoredResult> listener;
        private final boolean everyState;

        Waiting(Consumer<StoredResult> listener, boolean everyState) {
            this.listener = listener;
            this.everyState = everyState;
        }

        void tell(StoredResult result) {
            listener.accept(result);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final TimeSource time;
    private final Duration expires;
    private final long mostBytes;
    /* guarded by lock; the kept ones in the order they came, which is the order they expire in */
    private final Map<TaskId, Kept> states = new LinkedHashMap<>();
    private final Map<TaskId, List<Waiting>> waiting = new HashMap<>();
    private long bytes;

    KeptResults(TimeSource time, Duration expires, long mostBytes) {
        this.time = time;
        this.expires = expires;
        this.mostBytes = mostBytes;
    }

    /** A state came. Returns whom to tell. */
    List<Waiting> arrived(StoredResult result) {
        lock.lock();
        try {
            expire();
            if (isFinal(states.get(result.id()))) {
                return List.of();
            }
            keep(result);
            return told(result.id(), result.state().isFinal());
        } finally {
            lock.unlock();
        }
    }

    private static boolean isFinal(@Nullable Kept kept) {
        return kept != null && kept.result().state().isFinal();
    }

    private void keep(StoredResult result) {
        drop(result.id());
        Kept kept = new Kept(result, time.nanoTime() + expires.toNanos());
        states.put(result.id(), kept);
        bytes += kept.bytes();
        Iterator<Kept> oldest = states.values().iterator();
        while (bytes > mostBytes && states.size() > 1) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    private boolean drop(TaskId id) {
        Kept gone = states.remove(id);
        if (gone != null) {
            bytes -= gone.bytes();
        }
        return gone != null;
    }

    private void expire() {
        long now = time.nanoTime();
        Iterator<Kept> oldest = states.values().iterator();
        while (oldest.hasNext()) {
            Kept kept = oldest.next();
            if (kept.expiresAtNanos() - now > 0) {
                return;
            }
            bytes -= kept.bytes();
            oldest.remove();
        }
    }

    private List<Waiting> told(TaskId id, boolean last) {
        List<Waiting> all = waiting.getOrDefault(id, List.of());
        List<Waiting> told = new ArrayList<>();
        for (Waiting one : all) {
            if (last || one.everyState) {
                told.add(one);
            }
        }
        if (last) {
            waiting.remove(id);
        }
        return told;
    }

    /** The final state when it is there already; otherwise it waits, until it was told or is removed. */
    Optional<StoredResult> await(TaskId id, Waiting one) {
        lock.lock();
        try {
            expire();
            Kept kept = states.get(id);
            if (kept != null && isFinal(kept)) {
                return Optional.of(kept.result());
            }
            waiting.computeIfAbsent(id, unused -> new ArrayList<>(1)).add(one);
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    void remove(TaskId id, Waiting one) {
        lock.lock();
        try {
            List<Waiting> all = waiting.get(id);
            if (all != null) {
                all.remove(one);
                if (all.isEmpty()) {
                    waiting.remove(id);
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** The last state that came. */
    Optional<StoredResult> find(TaskId id) {
        lock.lock();
        try {
            expire();
            return Optional.ofNullable(states.get(id)).map(Kept::result);
        } finally {
            lock.unlock();
        }
    }

    boolean forget(TaskId id) {
        lock.lock();
        try {
            expire();
            return drop(id);
        } finally {
            lock.unlock();
        }
    }

    /** Keeps nothing, and nobody waits. */
    void clear() {
        lock.lock();
        try {
            states.clear();
            waiting.clear();
            bytes = 0;
        } finally {
            lock.unlock();
        }
    }

    /** For tests: how many results and listeners are held. */
    int size() {
        lock.lock();
        try {
            return states.size() + waiting.size();
        } finally {
            lock.unlock();
        }
    }
}
