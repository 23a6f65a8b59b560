package io.lovage.kafka;

import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What others want of a lane's thread. Thread-safe; nothing else is locked while its lock is held. */
final class Summons {
    /** What is wanted: {@code ending} when everything in hand is settled, {@code now} at once. */
    record Order(boolean ending, boolean now) {}

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    /* guarded by lock */
    private boolean nudged;
    private boolean ending;
    private boolean now;
    private boolean polling;

    /** Wakes the thread that waits, or keeps the next one from waiting. */
    void nudge() {
        lock.lock();
        try {
            nudged = true;
            news.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits for {@link #nudge}. Whoever is interrupted ends. */
    void await() {
        lock.lock();
        try {
            while (!nudged) {
                news.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            ending = true;
        } finally {
            lock.unlock();
        }
    }

    /** What is wanted; from here on a nudge is a new one. */
    Order take() {
        lock.lock();
        try {
            nudged = false;
            return new Order(ending, now);
        } finally {
            lock.unlock();
        }
    }

    /**
     * The end is wanted.
     *
     * @return whether the thread polls for the first one to want it, and so has to be woken
     */
    boolean end() {
        lock.lock();
        try {
            boolean first = !ending;
            ending = true;
            nudge();
            return first && polling;
        } finally {
            lock.unlock();
        }
    }

    /** The end is wanted at once; {@link #end} has to be called as well. */
    void endNow() {
        lock.lock();
        try {
            now = true;
        } finally {
            lock.unlock();
        }
    }

    /** Only who polls is woken: a wake-up that came later would end a commit, and leave its answer unknown. */
    boolean mayPoll() {
        lock.lock();
        try {
            polling = !ending;
            return polling;
        } finally {
            lock.unlock();
        }
    }

    void polled() {
        lock.lock();
        try {
            polling = false;
        } finally {
            lock.unlock();
        }
    }
}
