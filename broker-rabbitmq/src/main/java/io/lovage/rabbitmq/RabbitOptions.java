package io.lovage.rabbitmq;

import io.lovage.spi.ServiceUrl;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * The options of a broker URL; {@link RabbitBrokerProvider} documents them.
 *
 * @param consumerTimeout how long the server lets a delivery stay unsettled; clients cannot ask it, so it is told
 * @param publishWindow how many messages may be unconfirmed at once
 * @param maxPriority the {@code x-max-priority} of queues made here
 * @param largestMessage the server's {@code max_message_size} in bytes, where it is not the default of its version
 */
record RabbitOptions(
        QueueType queueType,
        OptionalInt maxPriority,
        Duration consumerTimeout,
        Duration heartbeat,
        int publishWindow,
        OptionalLong largestMessage,
        TlsOptions tls) {
    private static final int HIGHEST_MAX_PRIORITY = 255;
    private static final int WIDEST_WINDOW = 65_536;
    private static final int DEFAULT_WINDOW = 1_024;

    static RabbitOptions of(ServiceUrl url) {
        UrlOptions options = new UrlOptions("RabbitMQ broker URL", url);
        boolean encrypted = url.scheme().equals(Endpoint.TLS_SCHEME);
        OptionalInt largest = number(url, options, "largest_message", Integer.MAX_VALUE);
        RabbitOptions read = new RabbitOptions(
                QueueType.ofWord(options.oneOf("queue_type", QueueType.QUORUM.word(), QueueType.words())),
                number(url, options, "max_priority", HIGHEST_MAX_PRIORITY),
                options.duration(
                        "consumer_timeout", Duration.ofMinutes(30), Duration.ofSeconds(1), Duration.ofDays(365)),
                options.duration("heartbeat", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                options.integer("publish_window", DEFAULT_WINDOW, 1, WIDEST_WINDOW),
                largest.isPresent() ? OptionalLong.of(largest.getAsInt()) : OptionalLong.empty(),
                TlsOptions.read(options, encrypted));
        options.finish();
        return read;
    }

    /** From 1 on; empty where nothing is said. */
    private static OptionalInt number(ServiceUrl url, UrlOptions options, String key, int most) {
        if (!url.options().containsKey(key)) {
            options.text(key, ""); // known all the same
            return OptionalInt.empty();
        }
        return OptionalInt.of(options.integer(key, 1, 1, most));
    }

    /** Heartbeats are whole seconds on the wire. */
    int heartbeatSeconds() {
        return (int) Math.max(1, heartbeat.toSeconds());
    }
}
