package io.lovage.rabbitmq;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Predicate;

/*
 * What came over one channel and is not settled. Thread-safe; one thread at a time adds.
 *
 * Nearly everything is settled soon after it came, and then costs two atomic operations and no memory: a place in a ring,
 * by its number, taken when it comes and emptied when it is settled. One that still has its place when the next one comes
 * to it, a whole ring later, moves to a set.
 *
 * Invariant: a delivery that is in hand is in the ring or in the set. What leaves says so before it gives up its place,
 * and whoever moved it looks again afterwards: one of the two removes it.
 */
final class InHand<E extends InHand.Entry> {
    private static final int SMALLEST_RING = 16;
    private static final int LARGEST_RING = 1 << 16;

    /** One delivery, as far as it matters here. */
    interface Entry {
        /** The channel's number for it: the first is 1, and each is one higher. */
        long tag();

        /** False from the moment it is settled. */
        boolean isInHand();
    }

    private final Set<E> older = ConcurrentHashMap.newKeySet();
    private final AtomicReferenceArray<E> ring;
    private final int mask;
    private volatile long highest;

    InHand(int prefetch) {
        int wide = (int) Math.min(LARGEST_RING, Math.max(SMALLEST_RING, 2L * prefetch));
        int size = Integer.highestOneBit(2 * wide - 1);
        this.ring = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
    }

    /** The number of the last one that came; 0 before the first. */
    long highest() {
        return highest;
    }

    void add(E delivery) {
        int place = place(delivery);
        E earlier = ring.get(place);
        if (earlier != null) {
            older.add(earlier);
        }
        ring.set(place, delivery);
        highest = delivery.tag();
        if (earlier != null && !earlier.isInHand()) {
            older.remove(earlier);
        }
    }

    /** After the delivery itself knows that it is not in hand any more. */
    void remove(E delivery) {
        if (!ring.compareAndSet(place(delivery), delivery, null)) {
            older.remove(delivery);
        }
    }

    private int place(E delivery) {
        return (int) delivery.tag() & mask;
    }

    List<E> all() {
        return where(delivery -> true);
    }

    /** In no particular order. */
    List<E> where(Predicate<E> which) {
        Set<E> found = new LinkedHashSet<>();
        for (int i = 0; i <= mask; i++) {
            E one = ring.get(i);
            if (one != null && which.test(one)) {
                found.add(one);
            }
        }
        // After the ring: what is moved meanwhile is then in the set.
        older.stream().filter(which).forEach(found::add);
        return new ArrayList<>(found);
    }
}
