package io.lovage.redis;

import io.lovage.spi.BrokerUnavailableException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How many messages may be unconfirmed at once: whoever publishes more waits, which is the back-pressure. Thread-safe.
 */
final class PublishWindow {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition freed = lock.newCondition();
    private final int width;
    /* guarded by lock */
    private int used;
    private boolean closed;

    PublishWindow(int width) {
        this.width = width;
    }

    /** Waits for room; a call that is larger than the window has it to itself. */
    void enter(int messages) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && used > 0 && used + messages > width) {
                freed.await();
            }
            if (closed) {
                throw new BrokerUnavailableException("this connection to Redis was closed");
            }
            used += messages;
        } finally {
            lock.unlock();
        }
    }

    void leave(int messages) {
        lock.lock();
        try {
            used -= messages;
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
