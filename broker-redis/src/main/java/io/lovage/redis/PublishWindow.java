package io.lovage.redis;

import io.lovage.spi.BrokerUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many messages may be unconfirmed at once: whoever publishes more waits, which is the back-pressure. They enter in
 * the order in which they came, so that a large call is not passed by small ones for ever. Thread-safe.
 */
final class PublishWindow {
    private final ReentrantLock lock = new ReentrantLock();
    private final int width;
    /* guarded by lock */
    private final ArrayDeque<Condition> line = new ArrayDeque<>();
    private int used;
    private boolean closed;

    PublishWindow(int width) {
        this.width = width;
    }

    /**
     * Waits for room; a call that is larger than the window has it to itself.
     *
     * @return whether there was room in time
     */
    boolean enter(int messages, Duration patience) throws InterruptedException {
        long left = patience.toNanos();
        lock.lockInterruptibly();
        Condition turn = lock.newCondition();
        line.add(turn);
        try {
            while (!closed && (line.peek() != turn || (used > 0 && used + messages > width))) {
                if (left <= 0) {
                    return false;
                }
                left = turn.awaitNanos(left);
            }
            if (closed) {
                throw new BrokerUnavailableException("this connection to Redis was closed");
            }
            used += messages;
            return true;
        } finally {
            line.remove(turn);
            wakeFirst();
            lock.unlock();
        }
    }

    /** With the lock. */
    private void wakeFirst() {
        Condition first = line.peek();
        if (first != null) {
            first.signal();
        }
    }

    void leave(int messages) {
        lock.lock();
        try {
            used -= messages;
            wakeFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more, and nobody wait. */
    void close() {
        lock.lock();
        try {
            closed = true;
            line.forEach(Condition::signal);
        } finally {
            lock.unlock();
        }
    }

    /** How many calls wait for room; for tests. */
    int waiting() {
        lock.lock();
        try {
            return line.size();
        } finally {
            lock.unlock();
        }
    }
}
