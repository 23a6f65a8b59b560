package io.lovage.spi;

import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;

/**
 * A queue as an application wants it.
 *
 * @param lease how long the broker keeps a delivery away from others after its last renewal, where leases have a
 *     deadline
 * @param deliveryLimit how often a message is handed out before it is dead-lettered (rule R7.2), at least 1
 * @param deadLetterQueue where dead letters of this queue go
 * @param requires what the queue must be able to do; a queue that cannot is refused (rule R1.7)
 */
public record QueueSpec(
        String name, Duration lease, int deliveryLimit, String deadLetterQueue, Set<QueueFeature> requires) {
    public static final Duration DEFAULT_LEASE = Duration.ofSeconds(30);
    public static final int DEFAULT_DELIVERY_LIMIT = 10;
    private static final String DEAD_SUFFIX = ".dead";

    public QueueSpec {
        QueueName.check(name);
        QueueName.check(deadLetterQueue);
        if (name.equals(deadLetterQueue)) {
            throw new IllegalArgumentException("queue '" + name + "' cannot be its own dead-letter queue");
        }
        if (lease.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("lease must be at least 1 ms, was " + lease);
        }
        if (deliveryLimit < 1) {
            throw new IllegalArgumentException("deliveryLimit must be at least 1, was " + deliveryLimit);
        }
        requires = requires.isEmpty() ? Set.of() : Set.copyOf(EnumSet.copyOf(requires));
    }

    /**
     * A queue with a lease of 30 s, a delivery limit of 10, dead letters in {@code <name>.dead} and nothing required.
     */
    public static QueueSpec of(String name) {
        return new QueueSpec(name, DEFAULT_LEASE, DEFAULT_DELIVERY_LIMIT, name + DEAD_SUFFIX, Set.of());
    }

    public QueueSpec withLease(Duration newLease) {
        return new QueueSpec(name, newLease, deliveryLimit, deadLetterQueue, requires);
    }

    public QueueSpec withDeliveryLimit(int newLimit) {
        return new QueueSpec(name, lease, newLimit, deadLetterQueue, requires);
    }

    public QueueSpec requiring(Set<QueueFeature> features) {
        return new QueueSpec(name, lease, deliveryLimit, deadLetterQueue, features);
    }
}
