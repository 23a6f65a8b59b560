package io.lovage.internal.memory;

import io.lovage.spi.Fence;
import io.lovage.spi.ResultBackend.Subscription;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The results of a space. Thread-safe; has a lock of its own, under which no listener runs.
 *
 * <p>Expired results are removed by the next call, whatever it asks for: without a call nothing grows, so there is
 * nothing to hurry for and no timer to keep (rule R11.3).
 */
final class ResultStore {
    private final ReentrantLock lock = new ReentrantLock();
    private final LongSupplier nanos;
    private final Map<TaskId, Held> results = new HashMap<>();
    private final TreeSet<Held> byExpiry =
            new TreeSet<>(Comparator.comparingLong(Held::expires).thenComparingLong(Held::sequence));
    private final Map<TaskId, List<ResultListener>> listeners = new HashMap<>();
    private long sequence;

    /** What is stored; the sequence makes it unique among those that expire together. */
    private record Held(StoredResult result, Fence fence, long expires, long sequence) {}

    ResultStore(LongSupplier nanos) {
        this.nanos = nanos;
    }

    /** Stores, unless a final state or a newer fence stands in the way (rules R11.1 and R11.6). */
    Transition transition(StoredResult next, Fence fence, Duration timeToLive) {
        List<ResultListener> told;
        lock.lock();
        try {
            Held held = current(next.id());
            TaskState state = held == null ? TaskState.PENDING : held.result.state();
            if (!state.mayBecome(next.state()) || (held != null && fence.compareTo(held.fence) < 0)) {
                return new Transition(false, held == null ? next : held.result);
            }
            told = store(next, fence, timeToLive);
        } finally {
            lock.unlock();
        }
        told.forEach(ResultListener::deliver);
        return new Transition(true, next);
    }

    /** Stores what came as a reply and so carries no fence: it counts as of the delivery that stored last. */
    void reply(StoredResult result, Duration timeToLive) {
        Fence fence;
        lock.lock();
        try {
            Held held = current(result.id());
            fence = held == null ? new Fence(0, 0) : held.fence;
        } finally {
            lock.unlock();
        }
        transition(result, fence, timeToLive);
    }

    private List<ResultListener> store(StoredResult next, Fence fence, Duration timeToLive) {
        remove(next.id());
        Held stored = new Held(next, fence, expiry(timeToLive), sequence++);
        results.put(next.id(), stored);
        byExpiry.add(stored);
        return offer(next);
    }

    private List<ResultListener> offer(StoredResult next) {
        List<ResultListener> registered = listeners.get(next.id());
        if (registered == null) {
            return List.of();
        }
        List<ResultListener> told = List.copyOf(registered);
        told.forEach(listener -> listener.offer(next));
        registered.removeIf(ResultListener::isDone);
        if (registered.isEmpty()) {
            listeners.remove(next.id());
        }
        return told;
    }

    private long expiry(Duration timeToLive) {
        long now = nanos.getAsLong();
        return timeToLive.compareTo(Duration.ofNanos(Long.MAX_VALUE - now)) >= 0
                ? Long.MAX_VALUE
                : now + timeToLive.toNanos();
    }

    private @Nullable Held current(TaskId id) {
        long now = nanos.getAsLong();
        while (!byExpiry.isEmpty() && byExpiry.first().expires <= now) {
            Held expired = byExpiry.pollFirst();
            results.remove(expired.result.id());
        }
        return results.get(id);
    }

    private boolean remove(TaskId id) {
        Held removed = results.remove(id);
        if (removed == null) {
            return false;
        }
        byExpiry.remove(removed);
        return true;
    }

    Optional<StoredResult> find(TaskId id) {
        lock.lock();
        try {
            return Optional.ofNullable(current(id)).map(Held::result);
        } finally {
            lock.unlock();
        }
    }

    boolean forget(TaskId id) {
        lock.lock();
        try {
            return current(id) != null && remove(id);
        } finally {
            lock.unlock();
        }
    }

    /** Registers and looks in one step, so that no state falls between the two (rule R11.2). */
    Subscription listen(TaskId id, ResultListener listener) {
        lock.lock();
        try {
            Held held = current(id);
            if (held != null) {
                listener.offer(held.result);
            }
            if (!listener.isDone()) {
                listeners.computeIfAbsent(id, first -> new ArrayList<>(1)).add(listener);
            }
        } finally {
            lock.unlock();
        }
        listener.deliver();
        return () -> unlisten(id, listener);
    }

    void unlistenAll(Object owner) {
        lock.lock();
        try {
            for (List<ResultListener> registered : listeners.values()) {
                registered.stream().filter(each -> each.owner == owner).forEach(ResultListener::stop);
                registered.removeIf(ResultListener::isDone);
            }
            listeners.values().removeIf(List::isEmpty);
        } finally {
            lock.unlock();
        }
    }

    private void unlisten(TaskId id, ResultListener listener) {
        lock.lock();
        try {
            listener.stop();
            List<ResultListener> registered = listeners.get(id);
            if (registered != null && registered.remove(listener) && registered.isEmpty()) {
                listeners.remove(id);
            }
        } finally {
            lock.unlock();
        }
    }

    /** How many results and listened-to ids are kept; for tests of what must not grow. */
    int size() {
        lock.lock();
        try {
            return results.size() + listeners.size();
        } finally {
            lock.unlock();
        }
    }
}
