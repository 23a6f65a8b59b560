package io.lovage.kafka;

import io.lovage.spi.BrokerException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the parts of a consumer share: what it has, by which lanes, and what is wanted of it. Read and changed with its
 * lock alone, under which nobody waits for anything but {@link #changed}. Order of locks: this one, then a lane's.
 */
final class Desk {
    /** What whoever has the consumer wants of it, in the order in which there is no way back but from a pause. */
    enum Wanted {
        TAKING,
        PAUSED,
        DRAINED,
        CLOSED
    }

    final ReentrantLock lock = new ReentrantLock();
    /** There may be something to hand out, or nothing more to wait for. */
    final Condition changed = lock.newCondition();

    final InHand inHand;
    final Roster roster;
    final Pace pace;

    Wanted wanted = Wanted.TAKING;
    /** Why taking cannot go on. */
    @Nullable
    BrokerException failure;

    Desk(InHand inHand, Roster roster, Pace pace) {
        this.inHand = inHand;
        this.roster = roster;
        this.pace = pace;
    }

    boolean isTaking() {
        return wanted == Wanted.TAKING;
    }

    /** Whether nothing is taken any more, ever. */
    boolean isEnding() {
        return wanted.compareTo(Wanted.DRAINED) >= 0;
    }
}
