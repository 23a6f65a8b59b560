package io.lovage.internal.memory;

import io.lovage.spi.StoredResult;
import java.util.ArrayDeque;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Somebody's interest in one result. States are offered under the store's lock, in the order in which they were stored,
 * and delivered without it by whichever thread comes first, one at a time: so the order holds.
 */
final class ResultListener {
    private static final Logger LOG = LoggerFactory.getLogger(ResultListener.class);

    /** The connection that listens. */
    final Object owner;

    private final boolean finalOnly;
    private final Consumer<StoredResult> action;
    private final ArrayDeque<StoredResult> undelivered = new ArrayDeque<>(1);
    private final ReentrantLock lock = new ReentrantLock();
    private boolean delivering;
    private boolean stopped;

    ResultListener(Object owner, boolean finalOnly, Consumer<StoredResult> action) {
        this.owner = owner;
        this.finalOnly = finalOnly;
        this.action = action;
    }

    /** With the store's lock, which gives the order. */
    void offer(StoredResult result) {
        lock.lock();
        try {
            if (!stopped && (!finalOnly || result.state().isFinal())) {
                undelivered.add(result);
                // a final state is told once; one that comes after a forget is not for those who waited for the first
                stopped = finalOnly;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether nothing can be offered any more. */
    boolean isDone() {
        lock.lock();
        try {
            return stopped;
        } finally {
            lock.unlock();
        }
    }

    void stop() {
        lock.lock();
        try {
            stopped = true;
            undelivered.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Without any lock: runs the listener's code. */
    void deliver() {
        for (StoredResult next = begin(); next != null; next = begin()) {
            try {
                action.accept(next);
            } catch (RuntimeException failed) {
                LOG.error("a listener for the result of task {} failed", next.id(), failed);
            } finally {
                end();
            }
        }
    }

    private @Nullable StoredResult begin() {
        lock.lock();
        try {
            StoredResult next = delivering ? null : undelivered.poll();
            delivering |= next != null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void end() {
        lock.lock();
        try {
            delivering = false;
        } finally {
            lock.unlock();
        }
    }
}
