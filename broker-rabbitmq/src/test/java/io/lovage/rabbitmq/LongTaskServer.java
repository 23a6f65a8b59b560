package io.lovage.rabbitmq;

import io.lovage.testservers.RabbitOptions;
import io.lovage.testservers.RabbitServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** A RabbitMQ that lets a delivery be held for a few seconds only. One for all tests of the JVM. */
final class LongTaskServer {
    /**
     * Half of it is what a hand-over has on a busy machine, where the server takes seconds to make some queues at once.
     */
    static final Duration CONSUMER_TIMEOUT = Duration.ofSeconds(6);

    private static final Object LOCK = new Object();
    private static @Nullable RabbitServer server;

    private LongTaskServer() {}

    static RabbitServer server() {
        synchronized (LOCK) {
            RabbitServer known = server;
            if (known == null) {
                known = TestServers.startRabbit(RabbitOptions.ofDefaults().consumerTimeout(CONSUMER_TIMEOUT))
                        .orSkip(Assumptions::abort);
                server = known;
            }
            return known;
        }
    }

    static String url() {
        return withOptions(server().url());
    }

    static String withOptions(String url) {
        return url + "?consumer_timeout=" + CONSUMER_TIMEOUT.toMillis() + "ms";
    }

    /** Whether its only message is in a holding queue, and nowhere else. */
    static boolean isHeld(String tasks) {
        List<String> counts = server().control("list_queues", "name", "messages")
                .lines()
                .filter(line -> line.startsWith(tasks + "\t") || line.startsWith(tasks + ".holding."))
                .map(line -> line.contains(".holding.")
                        ? "held" + line.substring(line.indexOf('\t'))
                        : "tasks" + line.substring(line.indexOf('\t')))
                .sorted()
                .toList();
        return counts.equals(List.of("held\t1", "tasks\t0"));
    }

    /** The holding queues of a task queue, as they are on the server. */
    static List<String> holdingQueues(String tasks) {
        return server().control("list_queues", "name")
                .lines()
                .filter(name -> name.startsWith(tasks + ".holding."))
                .toList();
    }
}
