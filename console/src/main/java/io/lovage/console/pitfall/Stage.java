package io.lovage.console.pitfall;

import io.lovage.testservers.TestServer;
import java.time.Duration;

/**
 * A private server, and what is played on it.
 *
 * @param brokerUrl of the server, with the options of the broker
 * @param limit how long a delivery may be held that nobody renews, in the broker's own word
 * @param lease of the queue
 * @param length how long the task runs
 */
record Stage(TestServer server, String brokerUrl, String limit, Duration lease, Duration length)
        implements AutoCloseable {
    @Override
    public void close() {
        server.close();
    }
}
