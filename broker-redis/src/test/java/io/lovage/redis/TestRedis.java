package io.lovage.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** The one private Redis of these tests, with TLS and users of few rights, and a bare client to look from outside. */
final class TestRedis {
    /** A password that must never be seen. */
    static final String SECRET = "s3cr3t-of-the-kit";

    private static final RedisOptions OPTIONS = RedisOptions.ofDefaults()
            .withTls()
            .user("default on nopass ~* &* +@all")
            .user("powerless on >" + SECRET + " ~nothing:* &* +@all")
            .user("blind on >" + SECRET + " ~* &* +@all -client -config")
            .user("stranger on >another-password ~* &* +@all");

    private static final Object LOCK = new Object();
    private static @Nullable RedisServer server;

    private TestRedis() {}

    static RedisServer server() {
        synchronized (LOCK) {
            RedisServer known = server;
            if (known == null) {
                known = TestServers.startRedis(OPTIONS).orSkip(Assumptions::abort);
                server = known;
            }
            if (!known.isRunning()) {
                known.restart();
            }
            return known;
        }
    }

    /** The URL of somebody else's server, when the tests are to use that. */
    static Optional<String> foreignUrl() {
        return Optional.ofNullable(System.getenv("LOVAGE_TEST_REDIS_URL"));
    }

    static String url(String options) {
        return server().url() + (options.isEmpty() ? "" : "?" + options);
    }

    /** Does something with a bare client. */
    static <T> T bare(Function<RedisCommands<String, String>, T> action) {
        return bare(url(""), action);
    }

    static <T> T bare(String url, Function<RedisCommands<String, String>, T> action) {
        RedisClient client = RedisClient.create(url);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return action.apply(connection.sync());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** A connector to this server. */
    static Connector connector(String options, Threads threads) {
        return connectorTo(url(options), threads);
    }

    static Connector connectorTo(String address, Threads threads) {
        ServiceUrl url = ServiceUrl.parse(address);
        Endpoint endpoint = Endpoint.of(url);
        return new Connector(
                endpoint,
                io.lovage.redis.RedisOptions.of(url, endpoint).connection(),
                Duration.ofSeconds(10),
                threads,
                "test");
    }

    static Link link(Connector connector, Threads threads, TimeSource time) {
        return new Link(
                new Link.Parts(connector, threads, time, Duration.ofSeconds(10), Duration.ofSeconds(10), "test"));
    }
}
