package io.lovage.rabbitmq;

import com.rabbitmq.client.Channel;
import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/*
 * One channel of a consumer, from its opening to its end, and the settling of what came over it.
 *
 * The lease of a delivery is its channel: when the channel is gone, so are the leases of everything that came over it,
 * and nothing of it may ever be settled over a later channel, whose numbers begin at 1 again (rule R3.6).
 *
 * Settlements are collected and written together. Who settles writes at once when nothing was written for a while, or
 * when enough has come together; otherwise the consumer's own thread writes within the linger. So a lone acknowledgement
 * is never delayed, and a stream of them costs one write per many. Both bounds follow the prefetch: at most a quarter of
 * it waits to be written, and for a small prefetch only for a moment, or the worker would idle. Any number of threads add (a stack of compare-and-set);
 * one at a time, with `writing` locked, takes all and writes. After it has unlocked it looks again: what was added while
 * it wrote, by somebody who could not get the lock, is never left behind.
 */
final class Generation {
    /** Times the batch: about what a delivery costs, so that waiting for the batch to fill is worth it. */
    private static final long LINGER_PER_SETTLEMENT_NANOS = TimeUnit.MICROSECONDS.toNanos(30);

    private static final long RETURN_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int LARGEST_BATCH = 64;
    private static final int BATCHES_PER_PREFETCH = 4;

    private final AtomicReference<@Nullable Tagged> pending = new AtomicReference<>();
    private final AtomicInteger pendingCount = new AtomicInteger();
    private final ReentrantLock writing = new ReentrantLock();
    private final InHand<RabbitDelivery> inHand;
    private final FrameWriter frames;
    private final Channel channel;
    private final TimeSource time;
    private final Runnable wakeWriter;
    private final int batch;
    private final long lingerNanos;
    private volatile long lastWriteNanos;
    private volatile long lastReleaseNanos;
    private volatile long watchedUpTo;
    private volatile boolean lost;

    /**
     * Begins with an open channel.
     *
     * @param wakeWriter makes the consumer's thread call {@link #flush} in time
     */
    Generation(Channel channel, int prefetch, TimeSource time, Runnable wakeWriter) {
        this.channel = channel;
        this.inHand = new InHand<>(prefetch);
        this.frames = FrameWriter.on(channel);
        this.time = time;
        this.wakeWriter = wakeWriter;
        this.batch = Math.max(1, Math.min(LARGEST_BATCH, prefetch / BATCHES_PER_PREFETCH));
        this.lingerNanos = batch * LINGER_PER_SETTLEMENT_NANOS;
        this.lastWriteNanos = time.nanoTime() - lingerNanos;
        this.lastReleaseNanos = lastWriteNanos - RETURN_NANOS;
    }

    Channel channel() {
        return channel;
    }

    boolean isLost() {
        return lost;
    }

    /** What came over this channel and is not settled. */
    InHand<RabbitDelivery> inHand() {
        return inHand;
    }

    /** It is settled, or something else has taken its place. */
    void forget(RabbitDelivery delivery) {
        inHand.remove(delivery);
        if (delivery.tag() <= watchedUpTo) {
            wakeWriter.run();
        }
    }

    /** Has the consumer's thread woken when one of those is settled that have come so far. */
    long watch() {
        long last = inHand.highest();
        watchedUpTo = last;
        return last;
    }

    /** The channel is gone, and with it every lease. Returns whom to tell; {@link #flush} tells the others. */
    List<RabbitDelivery> lose() {
        lost = true;
        return inHand.all();
    }

    /** Settles something with the frame it says; it hears what became of it. */
    void settle(Tagged delivery) {
        Tagged head;
        do {
            head = pending.get();
            delivery.nextPending = head;
        } while (!pending.compareAndSet(head, delivery));
        int waiting = pendingCount.incrementAndGet();
        if (lost || waiting >= batch || time.nanoTime() - lastWriteNanos >= lingerNanos) {
            flush();
        } else if (waiting == 1) {
            wakeWriter.run();
        }
    }

    /** How long until what is pending must be written; negative when nothing is. */
    long nanosUntilDue() {
        if (pending.get() == null) {
            return -1;
        }
        return Math.max(0, lingerNanos - (time.nanoTime() - lastWriteNanos));
    }

    /**
     * How long the subscription must go on because of what was released. A quorum queue gives a released message to the
     * next consumer, maybe this one; when the subscription ends in that moment the server keeps the delivery to itself,
     * and gives it back with the channel: counted, though nobody ever saw it.
     */
    long nanosUntilReturned() {
        return Math.max(0, RETURN_NANOS - (time.nanoTime() - lastReleaseNanos));
    }

    /** Writes everything that is pending. */
    void flush() {
        while (pending.get() != null && writing.tryLock()) {
            List<Tagged> taken;
            Settled outcome;
            try {
                taken = take();
                outcome = taken.isEmpty() ? Settled.SENT : write(taken);
            } finally {
                writing.unlock();
            }
            for (Tagged one : taken) {
                one.finished(outcome);
            }
        }
    }

    private List<Tagged> take() {
        List<Tagged> taken = new ArrayList<>();
        for (Tagged next = pending.getAndSet(null); next != null; next = next.nextPending) {
            taken.add(next);
        }
        pendingCount.addAndGet(-taken.size());
        taken.sort(Comparator.comparingLong(Tagged::tag));
        return taken;
    }

    private Settled write(List<Tagged> taken) {
        if (lost) {
            return Settled.LEASE_LOST;
        }
        long[] tags = new long[taken.size()];
        BitSet releasing = new BitSet(tags.length);
        for (int i = 0; i < tags.length; i++) {
            tags[i] = taken.get(i).tag();
            releasing.set(i, taken.get(i).isReleasing());
        }
        try {
            return frames.write(tags, releasing);
        } finally {
            lastWriteNanos = time.nanoTime();
            if (!releasing.isEmpty()) {
                lastReleaseNanos = lastWriteNanos;
            }
        }
    }
}
