package io.lovage.internal.worker;

import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;

/** What one queue has in this worker's hands. All fields that change are guarded by the lock of {@link Lanes}. */
final class Lane {
    final Deque<Held> waiting = new ArrayDeque<>();
    final Condition room;
    final int weight;
    final int prefetch;
    /** How much room makes it worth to ask the broker again while others still wait here: half the look-ahead. */
    final int worthwhileRoom;

    /** Handed out and not gone: waiting, running, or with an outcome on its way. Never above the prefetch. */
    int inHand;
    /** Of smooth weighted round robin. */
    int credit;
    /** Whether fetching rests because no slot was free for too long. */
    boolean resting;

    private final Lanes lanes;
    private final QueueSpec queue;
    private final QueueCapabilities capabilities;

    Lane(Lanes lanes, QueueShare share, QueueCapabilities capabilities, int prefetch, int slots) {
        this.lanes = lanes;
        this.queue = share.queue();
        this.capabilities = capabilities;
        this.weight = share.weight();
        this.prefetch = prefetch;
        this.worthwhileRoom = Math.max(1, (prefetch - slots) / 2);
        this.room = lanes.newCondition();
    }

    QueueSpec queue() {
        return queue;
    }

    QueueCapabilities capabilities() {
        return capabilities;
    }

    void lost(Held held) {
        lanes.lost(this, held);
    }

    void gone() {
        lanes.gone(this);
    }
}
