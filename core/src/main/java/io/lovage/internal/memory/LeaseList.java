package io.lovage.internal.memory;

import org.jspecify.annotations.Nullable;

/**
 * The leases of one consumer in the order in which they end. Guarded by the space's lock.
 *
 * <p>Invariant: all leases of a consumer are equally long and the clock never goes back, so a lease that is granted or
 * renewed now ends last. Granting and renewing append, settling unlinks, and what has ended or needs renewal is found
 * at the head: each in constant time, and a renewal touches only what is near its end, never a task that is done
 * sooner.
 */
final class LeaseList {
    private @Nullable MemoryDelivery head;
    private @Nullable MemoryDelivery tail;
    private int size;

    @Nullable
    MemoryDelivery first() {
        return head;
    }

    int size() {
        return size;
    }

    void append(MemoryDelivery delivery) {
        delivery.previous = tail;
        delivery.next = null;
        if (tail == null) {
            head = delivery;
        } else {
            tail.next = delivery;
        }
        tail = delivery;
        size++;
    }

    void unlink(MemoryDelivery delivery) {
        MemoryDelivery before = delivery.previous;
        MemoryDelivery after = delivery.next;
        if (before == null) {
            head = after;
        } else {
            before.next = after;
        }
        if (after == null) {
            tail = before;
        } else {
            after.previous = before;
        }
        // a settled delivery may live on in the hands of its worker; it must not keep its neighbours alive
        delivery.previous = null;
        delivery.next = null;
        size--;
    }
}
