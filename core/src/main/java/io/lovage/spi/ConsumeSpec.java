package io.lovage.spi;

/**
 * How to take from a queue.
 *
 * @param prefetch how many deliveries may be handed out and not settled at any time, at least 1
 * @param renew whether leases are kept alive; off only in tests that show what happens without
 * @param consumerName what operators see, for instance the worker's name
 */
public record ConsumeSpec(QueueSpec queue, int prefetch, boolean renew, String consumerName) {
    public ConsumeSpec {
        if (prefetch < 1) {
            throw new IllegalArgumentException("prefetch must be at least 1, was " + prefetch);
        }
    }

    public static ConsumeSpec of(QueueSpec queue, int prefetch) {
        return new ConsumeSpec(queue, prefetch, true, "lovage");
    }

    public ConsumeSpec withoutRenewal() {
        return new ConsumeSpec(queue, prefetch, false, consumerName);
    }
}
