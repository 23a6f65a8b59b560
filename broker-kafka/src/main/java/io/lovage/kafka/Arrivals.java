package io.lovage.kafka;

import io.lovage.spi.TimeSource;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides of each record that has come to a lane what becomes of it: it waits to be handed out, or is set aside to run
 * alone; it is rebased; or it goes back. Each gets one of these, whatever else happens meanwhile. Thread-safe.
 */
final class Arrivals {
    private static final Logger log = LoggerFactory.getLogger(Arrivals.class);

    private final String queue;
    private final Desk desk;
    private final Rebasing rebasing;
    private final GivingBack givingBack;
    private final Lookout lookout;
    private final TimeSource time;

    Arrivals(Desk desk, Rebasing rebasing, GivingBack givingBack, Lookout lookout, TimeSource time) {
        this.queue = rebasing.queue();
        this.desk = desk;
        this.rebasing = rebasing;
        this.givingBack = givingBack;
        this.lookout = lookout;
        this.time = time;
    }

    /**
     * What has become of what has come.
     *
     * @param ofBatches whether it came to the lane of batches
     * @param refused whether a batch is refused, since it has what was handed out before
     * @param alone whether it runs alone, for caution
     */
    private record Sorted(
            boolean ofBatches, boolean refused, boolean alone, List<KafkaDelivery> rebased, List<KafkaDelivery> back) {}

    void receive(Lane lane, List<KafkaDelivery> deliveries) {
        Sorted sorted = sort(lane, deliveries);
        sorted.rebased().forEach(rebasing::rebase);
        if (sorted.refused()) {
            log.info("queue '{}' has tasks that were handed out before: taking one by one", queue);
            lookout.goOnWithout(lane, sorted.back());
            lookout.handOutAlone(lane);
            return;
        }
        givingBack.giveBack(sorted.back());
        if (sorted.alone()) {
            deliveries.forEach(lookout::watchAlone);
        } else if (sorted.ofBatches() && desk.pace.isWatched() && !deliveries.isEmpty()) {
            lookout.watchBatch(lane);
        }
    }

    private Sorted sort(Lane lane, List<KafkaDelivery> deliveries) {
        boolean anyAgain = desk.pace.isWatched() && deliveries.stream().anyMatch(KafkaDelivery::isAgain);
        List<KafkaDelivery> rebased = new ArrayList<>();
        List<KafkaDelivery> back = new ArrayList<>();
        desk.lock.lock();
        try {
            boolean ours = desk.isTaking() && desk.roster.isTaking(lane);
            boolean ofBatches = ours && desk.roster.isBatch(lane);
            boolean refused = ofBatches && anyAgain;
            boolean alone = ours && !ofBatches && desk.pace.isNarrow();
            if (refused) {
                desk.pace.handedOutAgain(time.nanoTime());
                back.addAll(lookout.dismissBatch());
            }
            for (KafkaDelivery delivery : deliveries) {
                if (rebasing.isDue(delivery)) {
                    rebased.add(delivery);
                } else if (ours && !refused) {
                    desk.inHand.add(delivery);
                } else if (refused && delivery.isAgain() && !desk.inHand.isAnyAlone()) {
                    desk.inHand.setAside(delivery);
                } else {
                    back.add(delivery);
                }
            }
            desk.changed.signalAll();
            return new Sorted(ofBatches, refused, alone, rebased, back);
        } finally {
            desk.lock.unlock();
        }
    }
}
