package io.lovage.internal.memory;

import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.stream.Stream;

/**
 * One queue: what waits, what is held back, and who holds the rest. Guarded by the space's lock.
 *
 * <p>Nothing happens here by itself. Whoever takes or looks first calls {@link #refresh}, which ends the leases that
 * are over and lets in what has become due; a consumer that waits sets its alarm to {@link #nanosToNextEvent}.
 */
final class MemoryQueue {
    static final String DELIVERY_LIMIT = "delivery-limit";

    final String name;
    private final MemorySpace space;
    private final ReadyMessages ready;
    private final PriorityQueue<QueuedMessage> delayed =
            new PriorityQueue<>(Comparator.<QueuedMessage>comparingLong(message -> message.due)
                    .thenComparingLong(message -> message.sequence));
    /** The leases of every consumer that may hold some, those of crashed ones included. */
    private final List<MemoryLeases> holders = new ArrayList<>();
    /** Consumers that wait for a message and could take it, the one that waits longest first. */
    private final ArrayDeque<MemoryConsumer> idle = new ArrayDeque<>();

    private boolean deleted;

    MemoryQueue(String name, MemorySpace space) {
        this.name = name;
        this.space = space;
        this.ready = new ReadyMessages(space.options.priorities());
    }

    void put(Message message, int priority, Duration delay) {
        QueuedMessage queued = new QueuedMessage(message, priority);
        queued.sequence = space.nextSequence();
        if (delay.isZero()) {
            ready.addFresh(queued);
            wakeOne();
        } else {
            holdBack(queued, delay);
        }
    }

    private void holdBack(QueuedMessage queued, Duration delay) {
        queued.due = space.nanos() + delay.toNanos();
        delayed.add(queued);
        if (delayed.peek() == queued) {
            // their alarms are set to something later
            wakeAll();
        }
    }

    /** Back to where it stood, or later, or to the dead letters when nobody may have it any more (rule R7.2). */
    void giveBack(QueuedMessage queued, QueueSpec spec, Duration delay) {
        if (queued.deliveries() > spec.deliveryLimit()) {
            space.deadLetter(queued, spec, DELIVERY_LIMIT);
        } else if (delay.isZero()) {
            ready.addReturned(queued);
            wakeOne();
        } else {
            holdBack(queued, delay);
        }
    }

    /**
     * Takes and leases in one step (rule R4.7). One delivery beyond the limit is handed out, so that the worker can
     * store the final state and dead-letter it; what was handed out more often is dead-lettered here (rule R7.2).
     */
    List<Delivery> take(MemoryLeases taker, QueueSpec spec, int max) {
        long now = space.nanos();
        refresh(now);
        if (ready.isEmpty()) {
            return List.of();
        }
        List<Delivery> taken = new ArrayList<>(Math.min(max, ready.size()));
        while (taken.size() < max) {
            QueuedMessage next = ready.poll();
            if (next == null) {
                break;
            }
            if (next.deliveries() > spec.deliveryLimit()) {
                space.deadLetter(next, spec, DELIVERY_LIMIT);
            } else {
                taken.add(taker.grant(next, now));
            }
        }
        return taken;
    }

    void refresh(long now) {
        for (int i = holders.size() - 1; i >= 0; i--) {
            MemoryLeases leases = holders.get(i);
            leases.endOverdue(now);
            leases.tellSoon();
            if (leases.isOver()) {
                holders.remove(i);
            }
        }
        for (QueuedMessage first = delayed.peek(); first != null && first.due <= now; first = delayed.peek()) {
            delayed.remove();
            first.sequence = space.nextSequence();
            ready.addFresh(first);
            wakeOne();
        }
    }

    /**
     * When a waiting consumer must look again without being called: the next due time or end of a lease. A lease that
     * somebody gets after this answer ends later than the shortest lease from now, so looking again after that is soon
     * enough for those too.
     */
    long nanosToNextEvent() {
        long now = space.nanos();
        QueuedMessage firstDelayed = delayed.peek();
        long next = firstDelayed == null ? Long.MAX_VALUE : firstDelayed.due - now;
        for (MemoryLeases leases : holders) {
            next = Math.min(next, leases.nanosToNextEnd(now));
        }
        return Math.max(0, next);
    }

    void addHolder(MemoryLeases leases) {
        holders.add(leases);
        // its leases may be shorter than those the alarms were set by
        wakeAll();
    }

    void addIdle(MemoryConsumer consumer) {
        idle.addLast(consumer);
    }

    void removeIdle(MemoryConsumer consumer) {
        idle.removeFirstOccurrence(consumer);
    }

    /** Called by a consumer that does not take, or takes no more: if it was called for a message, others must hear. */
    void passOn() {
        if (!ready.isEmpty()) {
            wakeOne();
        }
    }

    private void wakeOne() {
        MemoryConsumer first = idle.pollFirst();
        if (first != null) {
            first.wake();
        }
    }

    private void wakeAll() {
        for (MemoryConsumer first = idle.pollFirst(); first != null; first = idle.pollFirst()) {
            first.wake();
        }
    }

    int purge() {
        return ready.clear();
    }

    /** Drops everything; what is in somebody's hands is lost to them. */
    void delete() {
        deleted = true;
        ready.clear();
        delayed.clear();
        holders.forEach(leases -> {
            leases.dropAll();
            leases.tellSoon();
        });
        holders.clear();
    }

    boolean isDeleted() {
        return deleted;
    }

    int readyCount() {
        return ready.size();
    }

    int delayedCount() {
        return delayed.size();
    }

    int inFlightCount() {
        return holders.stream().mapToInt(MemoryLeases::size).sum();
    }

    Stream<QueuedMessage> readyMessages() {
        return ready.stream();
    }

    boolean remove(QueuedMessage message) {
        return ready.remove(message);
    }
}
