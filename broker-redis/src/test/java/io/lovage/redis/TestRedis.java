package io.lovage.redis;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import io.lovage.testservers.RedisServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Assumptions;

/** The one private Redis of these tests, and a bare client to look from outside. */
final class TestRedis {
    private TestRedis() {}

    static RedisServer server() {
        return TestServers.redis().orSkip(Assumptions::abort);
    }

    static String url(String options) {
        return TestServers.redisUrl().orSkip(Assumptions::abort) + (options.isEmpty() ? "" : "?" + options);
    }

    /** Does something with a bare client. */
    static <T> T bare(Function<RedisCommands<String, String>, T> action) {
        RedisClient client = RedisClient.create(url(""));
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return action.apply(connection.sync());
        } finally {
            client.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
    }

    /** A connector to this server. */
    static Connector connector(String options, Threads threads) {
        ServiceUrl url = ServiceUrl.parse(url(options));
        Endpoint endpoint = Endpoint.of(url);
        return new Connector(
                endpoint, RedisOptions.of(url, endpoint).connection(), Duration.ofSeconds(10), threads, "test");
    }

    static Link link(Connector connector, Threads threads, TimeSource time) {
        return new Link(
                new Link.Parts(connector, threads, time, Duration.ofSeconds(10), Duration.ofSeconds(10), "test"));
    }
}
