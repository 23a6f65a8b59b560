package io.lovage.kafka;

import io.lovage.spi.Settlement;
import java.util.ArrayList;
import java.util.List;

/** Who a lane works for: wants more, unless it is told not to, and has what arrived. */
final class WantingOwner implements Lane.Owner, KafkaDelivery.Keeper {
    final List<KafkaDelivery> arrived = new ArrayList<>();
    boolean wanting = true;
    private boolean onceOnly;

    /** Wants nothing more when it was asked once, until it is told to. */
    static WantingOwner ofOneBatchAtATime() {
        WantingOwner owner = new WantingOwner();
        owner.onceOnly = true;
        return owner;
    }

    @Override
    public boolean wants(Lane lane) {
        boolean now = wanting;
        wanting &= !onceOnly;
        return now;
    }

    @Override
    public List<KafkaDelivery> deliveries(Lane lane, List<Taken> taken) {
        return taken.stream()
                .map(record -> new KafkaDelivery(this, lane, record))
                .toList();
    }

    @Override
    public void arrived(Lane lane, List<KafkaDelivery> deliveries) {
        arrived.addAll(deliveries);
    }

    @Override
    public void settled(Lane lane) {
        // the test looks for itself
    }

    @Override
    public String queue() {
        return "queue";
    }

    @Override
    public void settle(KafkaDelivery delivery, Settlement how) {
        boolean release = how instanceof Settlement.Release;
        delivery.lane().settle(delivery, release ? Acknowledgement.RELEASE : Acknowledgement.ACCEPT);
    }

    @Override
    public void returned(KafkaDelivery delivery) {
        // nobody counts here
    }
}
