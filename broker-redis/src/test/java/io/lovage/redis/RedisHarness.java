package io.lovage.redis;

import io.lovage.fixtures.ProxyFaults;
import io.lovage.spi.QueueSpec;
import io.lovage.tck.BrokerHarness;
import io.lovage.tck.NetworkFaults;
import io.lovage.tck.ServerFaults;
import io.lovage.testservers.RedisServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.awaitility.Awaitility;

/** Redis with the faults that a private server and a proxy can produce. */
final class RedisHarness implements BrokerHarness {
    /** A ping goes out every second, and its answer may take half a heartbeat of 3 s. */
    private static final Duration SILENCE_NOTICED = Duration.ofSeconds(5);

    private static final int DEFAULT_PORT = 6379;
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(60);

    private static final String HEARTBEAT = "heartbeat=3s";

    private final Optional<RedisServer> server;
    private final String plainUrl;
    private final String backend;

    /** With the results in Redis. */
    RedisHarness() {
        this("");
    }

    /**
     * With another result backend.
     *
     * @param backend its scheme; empty for results in Redis
     */
    RedisHarness(String backend) {
        this.backend = backend;
        this.server = TestRedis.foreignUrl().isPresent() ? Optional.empty() : Optional.of(TestRedis.server());
        this.plainUrl =
                TestRedis.foreignUrl().orElseGet(() -> TestRedis.server().url());
    }

    @Override
    public String column() {
        return "redis";
    }

    /** A server of somebody else offers fewer faults, and so has limits of its own. */
    @Override
    public String variant() {
        String kind = server.isPresent() ? "standalone" : "foreign";
        return backend.isEmpty() ? kind : kind + "-" + backend;
    }

    @Override
    public String url() {
        return withOptions(plainUrl);
    }

    /** The same server, but never through a proxy: the faults of the network are the broker's. */
    @Override
    public Optional<String> resultUrl() {
        return Optional.of(backend.isEmpty() ? plainUrl : backend + "://");
    }

    private static String withOptions(String url) {
        return url + (url.contains("?") ? "&" : "?") + HEARTBEAT;
    }

    @Override
    public Optional<NetworkFaults> network() {
        return Optional.of(new ProxyFaults(plainUrl, DEFAULT_PORT, RedisHarness::withOptions, SILENCE_NOTICED));
    }

    @Override
    public Optional<ServerFaults> server() {
        return server.map(ProcessFaults::new);
    }

    private record ProcessFaults(RedisServer redis) implements ServerFaults {
        @Override
        public void restart() {
            redis.restart();
        }

        /**
         * With {@code appendfsync everysec} Redis answers before it has written while an earlier fsync still lasts. A
         * kill in that moment loses what was answered, as docs/brokers/redis.md says; the rules are about the rest.
         */
        @Override
        public void killAndStart() {
            Awaitility.await("the log to be written")
                    .atMost(WRITTEN_WITHIN)
                    .until(() -> TestRedis.bare(redis.url(), bare -> bare.info("persistence"))
                            .contains("aof_buffer_length:0\r\n"));
            redis.kill();
            redis.restart();
        }
    }

    @Override
    public Optional<String> deadUrl() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return Optional.of("redis://:" + SECRET + "@127.0.0.1:" + free.getLocalPort() + "/0");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<Refusal> refusals() {
        return server.map(redis -> List.of(
                        new Refusal("wrong password", address("stranger", "0")),
                        new Refusal("wrong database", address("powerless", "9999")),
                        new Refusal("missing permission", address("powerless", "0"))))
                .orElse(List.of());
    }

    private String address(String user, String database) {
        return "redis://" + user + ":" + SECRET + "@"
                + URI.create(plainUrl).getAuthority().replaceFirst(".*@", "") + "/" + database;
    }

    @Override
    public Optional<TlsUrls> tls() {
        return server.map(redis ->
                new TlsUrls(redis.tlsUrl() + "?ca=" + redis.certificates().authority(), redis.tlsUrl()));
    }

    @Override
    public int putGarbage(QueueSpec queue) {
        String[] garbage = {
            "",
            "not JSON",
            "[1, 2]",
            "{\"body\": 7}",
            "{\"body\": \"%%%\", \"properties\": {\"body_encoding\": \"base64\"}}",
            "{\"body\": \"W10=\", \"headers\": [], \"properties\": \"none\"}",
            "{\"body\": \"W10=\", \"headers\": {\"task\": \"tck.echo\", \"id\": \"x\"}, \"properties\": {\"body_encoding\": \"base64\"}}"
        };
        TestRedis.bare(plainUrl, redis -> redis.lpush(queue.name(), garbage));
        return garbage.length;
    }

    /** What the memory of the server holds beyond an empty one: every key of these queues. */
    @Override
    public OptionalLong storedBytes(List<QueueSpec> queues) {
        return OptionalLong.of(TestRedis.bare(
                plainUrl,
                redis -> queues.stream()
                        .flatMap(queue -> redis.keys("*" + queue.name() + "*").stream())
                        .distinct()
                        .mapToLong(key -> {
                            Long bytes = redis.memoryUsage(key);
                            return bytes == null ? 0 : bytes;
                        })
                        .sum()));
    }

    @Override
    public void close() {
        // the server is shared and ends with the JVM
    }
}
