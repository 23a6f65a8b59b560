package io.lovage.redis;

import io.lovage.spi.Settlement;
import java.util.List;

/** What the deliveries of one consumer turn to. Thread-safe. */
record Custody(QueueKeys queue, boolean celeryPriorities, Settler settler, Leases leases)
        implements RedisDelivery.Keeper {
    @Override
    public void settle(RedisDelivery delivery, Settlement how) {
        settler.settle(delivery, how);
    }

    @Override
    public void giveBack(RedisDelivery delivery) {
        settler.giveBack(delivery);
    }

    @Override
    public void forget(List<RedisDelivery> deliveries) {
        leases.forget(deliveries);
    }
}
