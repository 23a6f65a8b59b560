package io.lovage.spi;

import java.util.Comparator;

/**
 * Orders the deliveries of one task: a retry comes after every delivery of the attempt before it, a redelivery after
 * the delivery before it. A fenced backend refuses what is older than what it has seen.
 */
public record Fence(int retries, int deliveryCount) implements Comparable<Fence> {
    private static final Comparator<Fence> ORDER =
            Comparator.comparingInt(Fence::retries).thenComparingInt(Fence::deliveryCount);

    @Override
    public int compareTo(Fence other) {
        return ORDER.compare(this, other);
    }

    /** One number with the same order, for handlers that guard a store of their own. */
    public long token() {
        return ((long) retries << 32) | (deliveryCount & 0xFFFF_FFFFL);
    }
}
