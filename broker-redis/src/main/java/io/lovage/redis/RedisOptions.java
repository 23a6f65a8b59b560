package io.lovage.redis;

import io.lovage.spi.ServiceUrl;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The options of a broker URL; {@link RedisBrokerProvider} documents them.
 *
 * @param celeryPriorities whether priorities use Celery's four lists, where Python sees them
 * @param fixedLease whether leases are never renewed
 * @param acceptEviction whether a server that may drop queues is used all the same
 * @param waitReplicas how many replicas must hold a message before its publish is confirmed
 * @param publishWindow how many messages may be unconfirmed at once
 * @param largestMessage bytes of the largest body that is taken
 */
record RedisOptions(
        ConnectionOptions connection,
        boolean celeryPriorities,
        boolean fixedLease,
        boolean acceptEviction,
        int waitReplicas,
        int publishWindow,
        int largestMessage) {

    /**
     * What it takes to connect, for the broker as for the result backend.
     *
     * @param keyPrefix before every key, as kombu's {@code global_keyprefix}
     * @param heartbeat a server that leaves a ping unanswered for half of it is given up
     * @param master the name of the primary, for Sentinel alone
     */
    record ConnectionOptions(
            TlsOptions tls,
            String keyPrefix,
            Duration heartbeat,
            String master,
            String sentinelUser,
            String sentinelPassword) {
        private static final Pattern PREFIX = Pattern.compile("[A-Za-z0-9._:@/-]{0,64}");

        static ConnectionOptions read(UrlOptions options, Endpoint endpoint) {
            String prefix = options.text("key_prefix", "");
            if (!PREFIX.matcher(prefix).matches()) {
                options.refuse("key_prefix", prefix, "at most 64 letters, digits and . _ : @ / -");
            }
            boolean sentinel = endpoint.topology() == Endpoint.Topology.SENTINEL;
            ConnectionOptions read = new ConnectionOptions(
                    TlsOptions.read(options, endpoint.encrypted()),
                    prefix,
                    options.duration(
                            "heartbeat", Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofMinutes(10)),
                    sentinel ? options.text("master", "mymaster") : "",
                    sentinel ? options.text("sentinel_user", "") : "",
                    sentinel ? options.text("sentinel_password", "") : "");
            if (sentinel && read.master.isBlank()) {
                options.refuse("master", read.master, "the name of the primary that Sentinel watches");
            }
            return read;
        }

        /** The options hold a password. */
        @Override
        public String toString() {
            return "ConnectionOptions[key_prefix=" + keyPrefix + ", heartbeat=" + heartbeat + "]";
        }
    }

    private static final int DEFAULT_WINDOW = 8_192;
    private static final int WIDEST_WINDOW = 1_000_000;
    private static final int DEFAULT_LARGEST = 16 << 20;
    /** A bulk string of Redis has 512 MiB at most, and base64 adds a third. */
    private static final int LARGEST_LARGEST = 256 << 20;

    private static final int MOST_REPLICAS = 16;

    static RedisOptions of(ServiceUrl url, Endpoint endpoint) {
        UrlOptions options = new UrlOptions("Redis broker URL", url);
        RedisOptions read = new RedisOptions(
                ConnectionOptions.read(options, endpoint),
                options.oneOf("priority", "own", List.of("own", "celery")).equals("celery"),
                options.oneOf("lease", "renewed", List.of("renewed", "fixed")).equals("fixed"),
                options.oneOf("eviction", "refuse", List.of("refuse", "accept")).equals("accept"),
                options.integer("wait_replicas", 0, 0, MOST_REPLICAS),
                options.integer("publish_window", DEFAULT_WINDOW, 1, WIDEST_WINDOW),
                options.integer("largest_message", DEFAULT_LARGEST, 1, LARGEST_LARGEST));
        if (read.celeryPriorities && endpoint.isCluster()) {
            options.problem(
                    "priority=celery is not possible in a cluster, where the keys of Celery's lists do not share a"
                            + " slot; leave it out, or use priority=own");
        }
        options.finish();
        return read;
    }
}
