package io.lovage.rabbitmq;

import io.lovage.spi.BrokerException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What came and was not handed out. The server's prefetch bounds it. Thread-safe. */
final class DeliveryBuffer {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    /* guarded by lock */
    private final ArrayDeque<RabbitDelivery> waiting = new ArrayDeque<>();
    private @Nullable BrokerException failure;
    private boolean open = true;
    private boolean ended;
    private boolean sealed;
    private int takers;

    /** False when nothing is taken in any more. */
    boolean add(RabbitDelivery delivery) {
        lock.lock();
        try {
            if (sealed) {
                return false;
            }
            waiting.add(delivery);
            if (takers > 0) {
                changed.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Hands out at most {@code max}, as soon as there is one; none after the wait, or at once when it was ended. */
    List<RabbitDelivery> take(int max, long waitNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = waitNanos;
            while (ended || !open || waiting.isEmpty()) {
                if (ended) {
                    return List.of();
                }
                if (failure != null) {
                    throw failure;
                }
                if (left <= 0) {
                    return List.of();
                }
                takers++;
                try {
                    left = changed.awaitNanos(left);
                } finally {
                    takers--;
                }
            }
            List<RabbitDelivery> taken = poll(max);
            taken.forEach(RabbitDelivery::handOut);
            return taken;
        } finally {
            lock.unlock();
        }
    }

    private List<RabbitDelivery> poll(int max) {
        int count = Math.min(max, waiting.size());
        List<RabbitDelivery> taken = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            taken.add(waiting.remove());
        }
        return taken;
    }

    /** Takes nothing in any more. */
    void seal() {
        lock.lock();
        try {
            sealed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Takes out what came before that moment of the clock and was still not handed out. */
    List<RabbitDelivery> takeOlderThan(long nanos) {
        lock.lock();
        try {
            List<RabbitDelivery> old = new ArrayList<>();
            waiting.removeIf(delivery -> delivery.isOlderThan(nanos) && old.add(delivery));
            return old;
        } finally {
            lock.unlock();
        }
    }

    /** Empties it. */
    List<RabbitDelivery> clear() {
        lock.lock();
        try {
            return poll(Integer.MAX_VALUE);
        } finally {
            lock.unlock();
        }
    }

    /** Whether it hands anything out. */
    void open(boolean now) {
        lock.lock();
        try {
            open = now;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** The leases of these are lost; somebody else gets them. */
    void drop(Generation gone) {
        lock.lock();
        try {
            waiting.removeIf(delivery -> delivery.isOf(gone));
        } finally {
            lock.unlock();
        }
    }

    /** Hands nothing out any more. */
    void end() {
        lock.lock();
        try {
            ended = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void fail(BrokerException reason) {
        lock.lock();
        try {
            failure = reason;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
