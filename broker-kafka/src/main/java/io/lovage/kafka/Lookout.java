package io.lovage.kafka;

import io.lovage.spi.TimeSource;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that no task holds back others for longer than {@link Pace#BOUND}: of a batch that takes long what was not
 * handed out is given back; and what runs alone, for caution, does so only until it has survived for as long.
 * Thread-safe.
 */
final class Lookout {
    private static final Logger log = LoggerFactory.getLogger(Lookout.class);

    private final String queue;
    private final Desk desk;
    private final Crew crew;
    private final GivingBack givingBack;
    private final TimeSource time;

    Lookout(String queue, Desk desk, Crew crew, GivingBack givingBack, TimeSource time) {
        this.queue = queue;
        this.desk = desk;
        this.crew = crew;
        this.givingBack = givingBack;
        this.time = time;
    }

    // ---- batches ----

    /** This lane has a new batch in hand. */
    void watchBatch(Lane lane) {
        long number = lane.batch();
        long since = time.nanoTime();
        time.after(Pace.BOUND, () -> look(lane, number, since));
    }

    /** A task that is long holds back what comes after its batch, and a long batch what others could take. */
    private void look(Lane lane, long number, long since) {
        if (!lane.isStillAt(number)) {
            return;
        }
        List<KafkaDelivery> back;
        desk.lock.lock();
        try {
            if (!desk.roster.isBatch(lane) || !desk.isTaking()) {
                return;
            }
            long now = time.nanoTime();
            if (now - since < Pace.LONGEST_BATCH.toNanos() && !desk.inHand.isOut(lane, Pace.BOUND, now)) {
                time.after(Pace.BOUND.dividedBy(4), () -> look(lane, number, since));
                return;
            }
            desk.pace.tooSlow(now);
            log.info("queue '{}' has tasks that take long: taking one by one", queue);
            back = dismissBatch();
        } finally {
            desk.lock.unlock();
        }
        goOnWithout(lane, back);
    }

    /** With the lock. Returns what waits, to be given back. */
    List<KafkaDelivery> dismissBatch() {
        desk.roster.dismissBatch();
        return desk.inHand.clear();
    }

    /** This lane of batches was dismissed: it ends when all that was handed out is settled, and others take over. */
    void goOnWithout(Lane batch, List<KafkaDelivery> back) {
        batch.stop();
        givingBack.giveBack(back);
        crew.plan();
    }

    // ---- what runs alone ----

    /**
     * Of a batch that is refused the first that was handed out before is kept, and runs alone. Were all of it given
     * back, it could be refused again whenever its copies are reached, and nothing of it would ever run. It waits until
     * its lane has nothing else any more: should it kill this worker, nobody's delivery is counted with its.
     */
    void handOutAlone(Lane lane) {
        KafkaDelivery alone = takeFromAside(lane);
        if (alone != null) {
            watchAlone(alone);
        }
    }

    private @Nullable KafkaDelivery takeFromAside(Lane lane) {
        desk.lock.lock();
        try {
            desk.changed.signalAll();
            return desk.inHand.takeFromAside(lane);
        } finally {
            desk.lock.unlock();
        }
    }

    /** This one was taken alone, for caution. */
    void watchAlone(KafkaDelivery alone) {
        time.after(Pace.BOUND, () -> survived(alone));
    }

    /** It still runs: others need not wait for it. */
    private void survived(KafkaDelivery alone) {
        desk.lock.lock();
        try {
            if (!desk.inHand.has(alone)) {
                return;
            }
            if (!desk.inHand.isOut(alone, Pace.BOUND, time.nanoTime())) {
                time.after(Pace.BOUND.dividedBy(4), () -> survived(alone));
                return;
            }
            desk.pace.survivedForLong();
            desk.inHand.survived(alone);
        } finally {
            desk.lock.unlock();
        }
        crew.plan();
    }
}
