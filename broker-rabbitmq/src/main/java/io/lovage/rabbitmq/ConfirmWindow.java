package io.lovage.rabbitmq;

import io.lovage.rabbitmq.Publication.Failure;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/*
 * The unconfirmed messages of one channel.
 *
 * A ring of slots, indexed by the channel's sequence number. One thread at a time adds (it holds the publisher's lock);
 * the connection's thread, the timer and whoever closes resolve. A slot is resolved by whoever takes it out of the ring,
 * so each message is resolved once, whatever comes late; a slot knows its sequence number, so that a late answer never
 * resolves the message that has its place now. Invariant: below `lowest` no slot waits; it only grows, and never beyond
 * `next`.
 *
 * The permits bound how many are unconfirmed. The ring is wider, because the server may confirm out of order (another
 * queue may be slow): the writer waits only when the oldest unconfirmed message is a whole ring behind.
 */
final class ConfirmWindow {
    private static final int RING_PER_PERMIT = 16;
    private static final int LARGEST_RING = 1 << 20;

    /** One unconfirmed message. */
    static final class Slot {
        final long sequence;
        final Publication publication;
        final int index;
        /** Written by the connection's thread, before the confirm of the same message arrives there. */
        volatile @Nullable Failure returned;

        Slot(long sequence, Publication publication, int index) {
            this.sequence = sequence;
            this.publication = publication;
            this.index = index;
        }

        OutboundMessage message() {
            return publication.messages().get(index);
        }
    }

    private final AtomicReferenceArray<@Nullable Slot> ring;
    private final AtomicLong lowest = new AtomicLong(1);
    private final Semaphore permits;
    private final int mask;
    private final TimeSource time;
    private final Consumer<List<Publication>> finished;
    /** The sequence number of the next message; written under the publisher's lock alone. */
    private volatile long next = 1;

    private volatile @Nullable Thread waitingForSlot;

    /**
     * Makes an empty window.
     *
     * @param finished gets the publications whose last message was resolved, and completes them
     */
    ConfirmWindow(int width, TimeSource time, Consumer<List<Publication>> finished) {
        int size = Math.min(LARGEST_RING, Integer.highestOneBit(width * RING_PER_PERMIT) << 1);
        this.ring = new AtomicReferenceArray<>(size);
        this.mask = size - 1;
        this.permits = new Semaphore(width);
        this.time = time;
        this.finished = finished;
    }

    /** Waits for room for one more; false when there is none in time. Called under the publisher's lock. */
    boolean awaitRoom(long nanos) throws InterruptedException {
        if (!permits.tryAcquire() && !permits.tryAcquire(nanos, TimeUnit.NANOSECONDS)) {
            return false;
        }
        if (at(next) == null || awaitSlot(nanos)) {
            return true;
        }
        permits.release();
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        return false;
    }

    private boolean awaitSlot(long nanos) {
        long deadline = time.nanoTime() + nanos;
        waitingForSlot = Thread.currentThread();
        try {
            long left = nanos;
            while (at(next) != null) {
                if (left <= 0 || Thread.currentThread().isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                left = deadline - time.nanoTime();
            }
            return true;
        } finally {
            waitingForSlot = null;
        }
    }

    private @Nullable Slot at(long sequence) {
        return ring.get((int) sequence & mask);
    }

    /** Takes the slot out; null when somebody else has, or when its place belongs to another message by now. */
    private @Nullable Slot take(long sequence) {
        Slot slot = at(sequence);
        return slot != null && slot.sequence == sequence && ring.compareAndSet((int) sequence & mask, slot, null)
                ? slot
                : null;
    }

    /** Puts a message in before it is written: its confirm may come before the write returns. */
    void put(Publication publication, int index) {
        ring.set((int) next & mask, new Slot(next, publication, index));
    }

    /* Only the thread with the publisher's lock writes it. */
    @SuppressWarnings("NonAtomicVolatileUpdate")
    void written() {
        next = next + 1;
    }

    /**
     * The client library refused the message before a byte was written, so the server will not count it. False when the
     * message has been failed meanwhile.
     */
    boolean takeBack() {
        if (take(next) == null) {
            return false;
        }
        permits.release();
        return true;
    }

    /** The oldest unconfirmed message. */
    @Nullable
    Slot oldest() {
        for (long n = lowest.get(); n <= next; n++) {
            Slot slot = at(n);
            if (slot != null && slot.sequence == n) {
                return slot;
            }
        }
        return null;
    }

    /** A message came back: no queue took it. Its confirm follows. */
    void returned(String routingKey, @Nullable String correlationId, Failure failure) {
        for (long n = lowest.get(); n <= next; n++) {
            Slot slot = at(n);
            if (slot != null && slot.returned == null && matches(slot.message(), routingKey, correlationId)) {
                slot.returned = failure;
                return;
            }
        }
    }

    private static boolean matches(OutboundMessage message, String routingKey, @Nullable String correlationId) {
        String id = message.message().properties().correlationId().orElse(null);
        return Objects.equals(id, correlationId)
                && Route.of(message).routingKey().equals(routingKey);
    }

    /** The server has answered for one message, or for all up to it. */
    void answered(long sequence, boolean multiple, @Nullable Failure refusal) {
        List<Publication> ended = null;
        int released = 0;
        for (long n = multiple ? lowest.get() : sequence; n <= sequence; n++) {
            Slot slot = take(n);
            if (slot == null) {
                continue;
            }
            released++;
            Failure failure = slot.returned != null ? slot.returned : refusal;
            if (failure == null ? slot.publication.confirmed() : slot.publication.failed(slot.index, failure)) {
                ended = ended == null ? new ArrayList<>() : ended;
                ended.add(slot.publication);
            }
        }
        resolved(released);
        if (ended != null) {
            finished.accept(ended);
        }
    }

    /** Fails every message whose publication's time is up. */
    void failExpired(long nowNanos, Failure failure) {
        failWhere(slot -> slot.publication.deadlineNanos() - nowNanos <= 0, message -> failure);
    }

    void failAll(Function<OutboundMessage, Failure> failure) {
        failWhere(slot -> true, failure);
    }

    private void failWhere(Predicate<Slot> which, Function<OutboundMessage, Failure> failure) {
        List<Publication> ended = new ArrayList<>();
        int released = 0;
        for (long n = lowest.get(); n <= next; n++) {
            Slot slot = at(n);
            if (slot == null || slot.sequence != n || !which.test(slot) || take(n) == null) {
                continue;
            }
            released++;
            Failure returned = slot.returned;
            if (slot.publication.failed(slot.index, returned != null ? returned : failure.apply(slot.message()))) {
                ended.add(slot.publication);
            }
        }
        resolved(released);
        if (!ended.isEmpty()) {
            finished.accept(ended);
        }
    }

    private void resolved(int count) {
        long low = lowest.get();
        while (low < next && at(low) == null) {
            low++;
        }
        lowest.accumulateAndGet(low, Math::max);
        permits.release(count);
        Thread waiting = waitingForSlot;
        if (waiting != null) {
            LockSupport.unpark(waiting);
        }
    }
}
