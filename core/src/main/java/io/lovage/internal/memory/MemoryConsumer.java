package io.lovage.internal.memory;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueNotFoundException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.Condition;

/**
 * Takes from one queue of a space. Thread-safe; its fields are guarded by the space's lock.
 *
 * <p>Nothing is fetched ahead: what was not handed out was never taken, so draining gives back nothing and counts
 * nothing (rules R2.5 and R7.4).
 */
final class MemoryConsumer implements Broker.Consumer {
    private static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);
    private static final long FOREVER = Long.MAX_VALUE / 2;

    private final MemoryBroker connection;
    private final MemorySpace space;
    private final MemoryQueue queue;
    private final ConsumeSpec spec;
    private final MemoryLeases leases;
    private final Condition changed;
    private final Alarm waking;
    private boolean paused;
    private boolean fetching = true;
    private int waiting;

    MemoryConsumer(MemoryBroker connection, MemorySpace space, MemoryQueue queue, ConsumeSpec spec) {
        this.connection = connection;
        this.space = space;
        this.queue = queue;
        this.spec = spec;
        this.leases = new MemoryLeases(connection, space, queue, spec, this::wake);
        this.changed = space.lock.newCondition();
        this.waking = new Alarm(space.lock, connection.time(), this::wakeUnlocked);
        queue.addHolder(leases);
    }

    @Override
    public List<Delivery> poll(int max, Duration wait) throws InterruptedException {
        if (max < 1) {
            throw new IllegalArgumentException("max must be at least 1, was " + max);
        }
        space.lock.lockInterruptibly();
        try {
            long begin = connection.time().nanoTime();
            long patience = nanos(wait);
            while (true) {
                // read before looking at the queue: what becomes due while this looks is then found by the alarm
                long look = connection.time().nanoTime();
                check();
                if (!fetching) {
                    return List.of();
                }
                boolean mayTake = !paused && !connection.isFrozen() && leases.size() < spec.prefetch();
                if (mayTake) {
                    List<Delivery> taken =
                            queue.take(leases, spec.queue(), Math.min(max, spec.prefetch() - leases.size()));
                    if (!taken.isEmpty()) {
                        return taken;
                    }
                }
                long left = patience - (look - begin);
                if (left <= 0) {
                    return List.of();
                }
                waking.notLaterThan(look + (mayTake ? Math.min(left, queue.nanosToNextEvent()) : left));
                awaitChange(mayTake);
            }
        } finally {
            // a call may have come for this one when it had just given up waiting
            queue.passOn();
            space.lock.unlock();
        }
    }

    /** Returns when called or for no reason; only a consumer that may take is called for new messages. */
    @SuppressWarnings("WaitNotInLoop") // poll is the loop
    private void awaitChange(boolean mayTake) throws InterruptedException {
        if (mayTake) {
            queue.addIdle(this);
        } else {
            // it may have been called for a message just before it was paused
            queue.passOn();
        }
        waiting++;
        try {
            changed.await();
        } finally {
            waiting--;
            queue.removeIdle(this);
        }
    }

    private static long nanos(Duration wait) {
        return wait.compareTo(Duration.ofNanos(FOREVER)) > 0 ? FOREVER : wait.toNanos();
    }

    private void check() {
        if (connection.isCrashed()) {
            throw new BrokerUnavailableException("this connection to the memory broker has crashed");
        }
        if (queue.isDeleted() && fetching) {
            throw new QueueNotFoundException("queue '" + queue.name + "' was deleted");
        }
    }

    /** With the lock. */
    void wake() {
        if (waiting > 0) {
            changed.signalAll();
        }
    }

    private void wakeUnlocked() {
        space.lock.lock();
        try {
            wake();
        } finally {
            space.lock.unlock();
        }
    }

    @Override
    public void pause() {
        space.lock.lock();
        try {
            paused = true;
            wake();
        } finally {
            space.lock.unlock();
        }
    }

    @Override
    public void resume() {
        space.lock.lock();
        try {
            paused = false;
            wake();
        } finally {
            space.lock.unlock();
        }
    }

    @Override
    public CompletionStage<Void> drain() {
        space.lock.lock();
        try {
            stopFetching();
        } finally {
            space.lock.unlock();
        }
        return DONE;
    }

    private void stopFetching() {
        fetching = false;
        waking.cancel();
        wake();
    }

    @Override
    public void close() {
        space.lock.lock();
        try {
            if (connection.isCrashed()) {
                return;
            }
            stopFetching();
            leases.close();
            leases.giveBackAll();
            leases.stopTimers();
            queue.refresh(space.nanos());
            connection.forget(this);
        } finally {
            space.lock.unlock();
        }
        leases.tellLost();
    }

    /** With the lock. The leases stay until they end, unless the connection was all that held them. */
    void crash() {
        waking.cancel();
        leases.stopTimers();
        if (!space.options.answersSettlement()) {
            leases.giveBackAll();
        }
        wake();
    }

    /** With the lock. */
    void thaw() {
        leases.keep();
        wake();
    }

    /** Without the lock. */
    void tellLost() {
        leases.tellLost();
    }
}
