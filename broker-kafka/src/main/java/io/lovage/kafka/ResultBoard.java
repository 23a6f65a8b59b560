package io.lovage.kafka;

import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ResultBackend.Subscription;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What this client has read of results, and who waits for which. Looking and waiting are one step, so that no state
 * falls between the two (rule R11.2). Thread-safe; listeners run one after the other, without the lock.
 */
final class ResultBoard {
    private static final Logger log = LoggerFactory.getLogger(ResultBoard.class);

    /** Somebody who waits; the same listener may wait twice. */
    private static final class Waiter {
        private final Consumer<StoredResult> listener;
        private final boolean everyState;
        private volatile boolean stopped;

        Waiter(Consumer<StoredResult> listener, boolean everyState) {
            this.listener = listener;
            this.everyState = everyState;
        }

        boolean wants(StoredResult result) {
            return everyState || result.state().isFinal();
        }

        /** One that fails troubles nobody else. */
        void tell(StoredResult result) {
            if (stopped) {
                return;
            }
            try {
                listener.accept(result);
            } catch (RuntimeException failed) {
                log.error("a listener for the result of task {} failed", result.id(), failed);
            }
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Executor teller;
    /* guarded by lock */
    private final ResultShelf shelf;
    private final Map<TaskId, List<Waiter>> waiters = new HashMap<>();
    private boolean closed;

    /** {@code teller} runs one listener at a time, in order. */
    ResultBoard(ResultShelf shelf, Executor teller) {
        this.shelf = shelf;
        this.teller = teller;
    }

    /** The next state of a task by its place in the topic. */
    void arrived(StoredResult result) {
        lock.lock();
        try {
            if (closed || !shelf.put(result)) {
                return;
            }
            List<Waiter> all = waiters.getOrDefault(result.id(), List.of());
            all.forEach(one -> tell(one, result));
            if (result.state().isFinal()) {
                waiters.remove(result.id());
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock, which gives the order. */
    private void tell(Waiter one, StoredResult result) {
        if (one.wants(result)) {
            teller.execute(() -> one.tell(result));
        }
    }

    Optional<StoredResult> find(TaskId id) {
        return locked(() -> shelf.find(id));
    }

    boolean forget(TaskId id) {
        return locked(() -> shelf.remove(id));
    }

    /** Tells what is known at once, and what comes as it comes. */
    Subscription listen(TaskId id, Consumer<StoredResult> listener, boolean everyState) {
        Waiter one = new Waiter(listener, everyState);
        lock.lock();
        try {
            checkOpen();
            Optional<StoredResult> known = shelf.find(id);
            known.ifPresent(result -> tell(one, result));
            boolean ended = known.filter(result -> result.state().isFinal()).isPresent();
            if (!ended) {
                waiters.computeIfAbsent(id, first -> new ArrayList<>(1)).add(one);
            }
        } finally {
            lock.unlock();
        }
        return () -> stop(id, one);
    }

    private void stop(TaskId id, Waiter one) {
        one.stopped = true;
        lock.lock();
        try {
            List<Waiter> all = waiters.get(id);
            if (all != null && all.remove(one) && all.isEmpty()) {
                waiters.remove(id);
            }
        } finally {
            lock.unlock();
        }
    }

    private <T> T locked(Supplier<T> action) {
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private void checkOpen() {
        if (closed) {
            throw closed();
        }
    }

    static BrokerUnavailableException closed() {
        return new BrokerUnavailableException("the connection was closed, so no result comes any more");
    }

    /** How many results and tasks it knows of; for tests of what must not grow. */
    int size() {
        return locked(() -> shelf.size() + waiters.size());
    }

    /** Nobody is told anything any more. */
    void close() {
        lock.lock();
        try {
            closed = true;
            shelf.clear();
            waiters.clear();
        } finally {
            lock.unlock();
        }
    }
}
