package io.lovage.kafka;

import io.lovage.spi.BrokerUnavailableException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many bytes may be unconfirmed at once: whoever publishes more waits, which is the back-pressure. Narrower than
 * the memory of the producer, so that the producer never makes anybody wait. Thread-safe.
 */
final class PublishWindow {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final long width;
    /* guarded by lock */
    private final Deque<Object> waiting = new ArrayDeque<>();
    private long used;
    private boolean closed;

    PublishWindow(long width) {
        this.width = width;
    }

    /**
     * Waits for room, first come, first served; a call that is larger than the window has it to itself.
     *
     * @throws BrokerUnavailableException when there is none for so long
     */
    void enter(long bytes, Duration longest) throws InterruptedException {
        long left = longest.toNanos();
        Object ticket = new Object();
        lock.lockInterruptibly();
        try {
            waiting.add(ticket);
            while (!closed && (waiting.peek() != ticket || (used > 0 && used + bytes > width))) {
                if (left <= 0) {
                    throw new BrokerUnavailableException("nothing of what is under way was confirmed within " + longest
                            + ", and there is no room for more (?publish_window=)");
                }
                left = freed.awaitNanos(left);
            }
            if (closed) {
                throw new BrokerUnavailableException("this connection to Kafka was closed");
            }
            used += bytes;
        } finally {
            waiting.remove(ticket);
            freed.signalAll();
            lock.unlock();
        }
    }

    void leave(long bytes) {
        lock.lock();
        try {
            used -= bytes;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets nobody in any more, and nobody wait. */
    void close() {
        lock.lock();
        try {
            closed = true;
            freed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
