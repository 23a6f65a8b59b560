package io.lovage.console.pitfall;

import io.lovage.examples.pitfall.LongTask;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.TestServer;
import java.time.Duration;
import java.util.Optional;

/**
 * A private server, and what is played on it.
 *
 * @param brokerUrl of the server, with the options of the broker
 * @param limit how long a delivery may be held that nobody renews, in the broker's own word
 * @param lease of the queue
 * @param length how long the task runs
 * @param bare plays the half without renewal with the bare client of the broker; empty: Lovage plays it
 */
record Stage(TestServer server, String brokerUrl, String limit, Duration lease, Duration length, Optional<Bare> bare)
        implements AutoCloseable {
    /** The play by a client that is not Lovage. */
    interface Bare {
        LongTask.Outcome play(QueueSpec queue, Duration length, Timeline timeline) throws InterruptedException;
    }

    @Override
    public void close() {
        server.close();
    }
}
