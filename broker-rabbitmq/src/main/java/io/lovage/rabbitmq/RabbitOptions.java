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
    private static final int UNSET = 0;

    static RabbitOptions of(ServiceUrl url) {
        UrlOptions options = new UrlOptions("RabbitMQ broker URL", url);
        boolean encrypted = url.scheme().equals(Endpoint.TLS_SCHEME);
        int maxPriority = options.integer("max_priority", UNSET, UNSET, HIGHEST_MAX_PRIORITY);
        int largest = options.integer("largest_message", UNSET, UNSET, Integer.MAX_VALUE);
        RabbitOptions read = new RabbitOptions(
                QueueType.ofWord(options.oneOf("queue_type", QueueType.QUORUM.word(), QueueType.words())),
                maxPriority == UNSET ? OptionalInt.empty() : OptionalInt.of(maxPriority),
                options.duration(
                        "consumer_timeout", Duration.ofMinutes(30), Duration.ofSeconds(1), Duration.ofDays(365)),
                options.duration("heartbeat", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                options.integer("publish_window", DEFAULT_WINDOW, 1, WIDEST_WINDOW),
                largest == UNSET ? OptionalLong.empty() : OptionalLong.of(largest),
                TlsOptions.read(options, encrypted));
        options.finish();
        return read;
    }

    /** Heartbeats are whole seconds on the wire. */
    int heartbeatSeconds() {
        return (int) Math.max(1, heartbeat.toSeconds());
    }
}
