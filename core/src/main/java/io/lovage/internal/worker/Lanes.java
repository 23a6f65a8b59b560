package io.lovage.internal.worker;

import io.lovage.spi.QueueCapabilities;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What waits between the fetchers and the slots: one lane per queue. Thread-safe; one lock guards it all and is never
 * held while something blocks.
 *
 * <p>A slot takes from the lanes by smooth weighted round robin: each lane that has something gains its weight, the one
 * with the most is served and pays the sum. Shares are exact over time and no lane starves.
 */
final class Lanes {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition();
    private final List<Lane> lanes = new ArrayList<>();
    private final Counters counters;
    private final CompletableFuture<Void> empty = new CompletableFuture<>();
    private int idleSlots;
    private boolean anyResting;
    private boolean closed;
    private boolean emptyWanted;

    Lanes(Counters counters) {
        this.counters = counters;
    }

    /** Adds a queue. */
    Lane add(QueueShare share, QueueCapabilities capabilities, int prefetch, int slots) {
        Lane lane = new Lane(this, share, capabilities, prefetch, slots);
        lock.lock();
        try {
            lanes.add(lane);
        } finally {
            lock.unlock();
        }
        return lane;
    }

    /** Removes a queue of which nothing is in hand; its fetcher has ended. False when something still is. */
    boolean removeIfEmpty(Lane lane) {
        lock.lock();
        try {
            return lane.inHand == 0 && lanes.remove(lane);
        } finally {
            lock.unlock();
        }
    }

    /** What waits for a slot now: for whoever asks. */
    List<Held> waiting() {
        List<Held> waiting = new ArrayList<>();
        lock.lock();
        try {
            lanes.forEach(lane -> waiting.addAll(lane.waiting));
        } finally {
            lock.unlock();
        }
        return waiting;
    }

    Condition newCondition() {
        return lock.newCondition();
    }

    /** For a fetcher: waits until it is worth to ask the broker, and says for how many. 0 when it is over. */
    int awaitRoom(Lane lane) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (!closed && !hasWorthwhileRoom(lane)) {
                lane.room.await();
            }
            return closed ? 0 : lane.prefetch - lane.inHand;
        } finally {
            lock.unlock();
        }
    }

    /** Asking for one message at a time would cost a hand-over between threads for each: with a look-ahead it waits. */
    private static boolean hasWorthwhileRoom(Lane lane) {
        int room = lane.prefetch - lane.inHand;
        return !lane.resting && room > 0 && (room >= lane.worthwhileRoom || lane.waiting.isEmpty());
    }

    /** Whether this lane's fetcher should be receiving: for the watchdog. */
    boolean hasRoom(Lane lane) {
        lock.lock();
        try {
            return !closed && !lane.resting && lane.inHand < lane.prefetch;
        } finally {
            lock.unlock();
        }
    }

    /** From a fetcher: these wait for a slot. False when it is over and they must be given back. */
    boolean put(Lane lane, List<Held> fetched) {
        lock.lock();
        try {
            lane.inHand += fetched.size();
            if (closed) {
                return false;
            }
            lane.waiting.addAll(fetched);
            for (int i = Math.min(idleSlots, fetched.size()); i > 0; i--) {
                work.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** For a slot: waits for the next one. Null when it is over. */
    @Nullable
    Held take() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            wakeResting();
            while (true) {
                if (closed) {
                    return null;
                }
                Lane lane = next();
                if (lane != null) {
                    return takeFrom(lane);
                }
                idleSlots++;
                try {
                    work.await();
                } finally {
                    idleSlots--;
                }
            }
        } finally {
            lock.unlock();
        }
    }

    private @Nullable Lane next() {
        Lane best = null;
        int sum = 0;
        for (Lane lane : lanes) {
            if (!lane.waiting.isEmpty()) {
                lane.credit += lane.weight;
                sum += lane.weight;
                if (best == null || lane.credit > best.credit) {
                    best = lane;
                }
            }
        }
        if (best != null) {
            best.credit -= sum;
        }
        return best;
    }

    private static Held takeFrom(Lane lane) {
        Held held = lane.waiting.removeFirst();
        if (lane.waiting.isEmpty()) {
            lane.credit = 0;
            if (hasWorthwhileRoom(lane)) {
                lane.room.signal();
            }
        }
        return held;
    }

    /** A slot came free: what rested for want of one is fetched again. */
    private void wakeResting() {
        if (anyResting) {
            anyResting = false;
            for (Lane lane : lanes) {
                lane.resting = false;
                lane.room.signal();
            }
        }
    }

    /**
     * Takes out what has waited longer than {@code patience} while no slot was free, with everything behind it, and
     * lets the lane rest until one is.
     */
    List<Held> takeStale(Lane lane, long nowNanos, Duration patience) {
        lock.lock();
        try {
            Held oldest = lane.waiting.peekFirst();
            if (idleSlots > 0 || oldest == null || nowNanos - oldest.takenAtNanos() < patience.toNanos()) {
                return List.of();
            }
            lane.resting = true;
            anyResting = true;
            return takeAll(lane);
        } finally {
            lock.unlock();
        }
    }

    /** The lease was lost: what waited is dropped, what runs may hear of it. */
    void lost(Lane lane, Held held) {
        counters.leaseLost(held);
        held.thread().interrupt(HandlerThread.Reason.LEASE_LOST);
        boolean waited;
        lock.lock();
        try {
            waited = lane.waiting.remove(held);
        } finally {
            lock.unlock();
        }
        if (waited) {
            held.end();
        }
    }

    /** One place in this lane is free again. */
    void gone(Lane lane) {
        boolean last;
        lock.lock();
        try {
            lane.inHand--;
            if (hasWorthwhileRoom(lane)) {
                lane.room.signal();
            }
            last = emptyWanted && nothingInHand();
        } finally {
            lock.unlock();
        }
        if (last) {
            empty.complete(null);
        }
    }

    /** Ends fetching and taking; says what waited, for it to be given back. */
    List<Held> close() {
        List<Held> left = new ArrayList<>();
        lock.lock();
        try {
            closed = true;
            for (Lane lane : lanes) {
                left.addAll(takeAll(lane));
                lane.room.signalAll();
            }
            work.signalAll();
        } finally {
            lock.unlock();
        }
        return left;
    }

    /** Completes once nothing is in hand any more. After {@link #close} and the end of the fetchers. */
    CompletableFuture<Void> whenEmpty() {
        boolean already;
        lock.lock();
        try {
            emptyWanted = true;
            already = nothingInHand();
        } finally {
            lock.unlock();
        }
        if (already) {
            empty.complete(null);
        }
        return empty;
    }

    private boolean nothingInHand() {
        return lanes.stream().allMatch(lane -> lane.inHand == 0);
    }

    private static List<Held> takeAll(Lane lane) {
        List<Held> all = new ArrayList<>(lane.waiting);
        lane.waiting.clear();
        return all;
    }
}
