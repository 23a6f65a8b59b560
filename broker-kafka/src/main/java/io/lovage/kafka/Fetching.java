package io.lovage.kafka;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Polls for a lane, and knows what its client may have done behind its back: whether it goes on fetching, and since
 * when what comes may have lain in its buffer. That is what invariants 1 and 5 of {@link Lane} rest on. For the lane's
 * thread.
 */
final class Fetching {
    private static final Logger log = LoggerFactory.getLogger(Fetching.class);
    /** Of a lock: the share after which it is looked whether the client's buffer is empty. */
    private static final int UNSURE_AFTER = 6;

    /** Who got one message sooner had hardly to wait for it: there are more, or the next one comes as soon. */
    private static final Duration SOON = Duration.ofMillis(50);

    /** How long a lane that ends waits for what may be on its way: more than there and back. */
    private static final Duration LAST_LOOK = Duration.ofMillis(50);

    private final ShareClient client;
    private final Holds holds;
    private final TimeSource time;
    private long emptyAt;
    private boolean begun;
    private boolean underWay;
    private boolean more;
    private boolean looked;

    Fetching(ShareClient client, Holds holds, TimeSource time) {
        this.client = client;
        this.holds = holds;
        this.time = time;
    }

    /** Whether the client fetches, or may do so, although nobody polls. */
    boolean isUnderWay() {
        return underWay;
    }

    /** A poll brought nothing, or did not come to its end. */
    void goesOn() {
        underWay = true;
    }

    /** Whether there was more than the last poll brought. */
    boolean isThereMore() {
        return more;
    }

    /** When the client's buffer was last known to be empty: what has come was not acquired before. */
    long emptyAt() {
        return emptyAt;
    }

    /** What comes within this time, with nothing in hand. */
    List<Taken> poll(Duration longest) throws Woken {
        List<Taken> taken = List.of();
        long moment = time.nanoTime();
        if (!begun) {
            begun = true;
            emptyAt = moment;
        }
        boolean unsure = moment - emptyAt > holds.lockTime().toNanos() / UNSURE_AFTER;
        if (unsure) {
            taken = client.poll(Duration.ZERO);
        }
        if (taken.isEmpty()) {
            emptyAt = unsure ? moment : emptyAt;
            taken = client.poll(longest);
            emptyAt = taken.isEmpty() ? moment : emptyAt;
        }
        boolean soon = !underWay && time.nanoTime() - moment < SOON.toNanos();
        more = client.wasFull() && (taken.size() > 1 || soon);
        underWay = taken.isEmpty();
        return taken;
    }

    /**
     * For a lane that ends: what the client was given meanwhile, or is just being given. Closing it would count a
     * delivery that nobody saw (rule R7.4). Looks once.
     */
    List<Taken> pollForTheLastTime() {
        if (!underWay || looked) {
            return List.of();
        }
        looked = true;
        while (true) {
            try {
                return poll(LAST_LOOK);
            } catch (Woken e) {
                log.trace("woken late", e);
            }
        }
    }

    /** What is there. Whom a wake-up meets here was woken from a poll that had just ended; it is told once. */
    List<Taken> pollAtOnce() {
        while (true) {
            try {
                return client.poll(Duration.ZERO);
            } catch (Woken e) {
                log.trace("woken late", e);
            }
        }
    }
}
