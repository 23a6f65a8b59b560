package io.lovage.kafka;

import io.lovage.spi.BrokerUnavailableException;
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
    private long used;
    private boolean closed;

    PublishWindow(long width) {
        this.width = width;
    }

    /** Waits for room; a call that is larger than the window has it to itself. */
    void enter(long bytes) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && used > 0 && used + bytes > width) {
                freed.await();
            }
            if (closed) {
                throw new BrokerUnavailableException("this connection to Kafka was closed");
            }
            used += bytes;
        } finally {
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
