package io.lovage.benchmarks.work;

import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;

/** What a measurement leaves on a server that is not its own: nothing. */
public final class Footprint {
    private Footprint() {}

    /**
     * Makes sure that nobody has a queue of this name.
     *
     * @throws IllegalStateException when somebody has; it stays as it is
     */
    public static void refuseExisting(Setup setup) {
        try (SpiConnection connection = new SpiConnection(setup.lovageUrl())) {
            connection.broker().admin().stats(QueueSpec.of(setup.queue()));
            throw new IllegalStateException(
                    "queue " + setup.queue() + " is there already; it is somebody else's and stays untouched");
        } catch (QueueNotFoundException free) {
            // as it should be
        }
    }

    /** Removes the queue and its dead-letter queue, whatever is left of them. */
    public static void remove(Setup setup) {
        try (SpiConnection connection = new SpiConnection(setup.lovageUrl())) {
            BrokerAdmin admin = connection.broker().admin();
            QueueSpec queue = QueueSpec.of(setup.queue());
            admin.delete(queue);
            admin.delete(QueueSpec.of(queue.deadLetterQueue()));
        }
    }
}
