package io.lovage.testservers;

/**
 * Where tests get their servers. Variables of the environment decide:
 *
 * <ul>
 *   <li>{@code LOVAGE_TEST_REQUIRED=rabbitmq,redis}: a named server that is missing is a failure and not a skip;
 *   <li>{@code LOVAGE_TEST_SKIPPED=rabbitmq,redis}: a named server is not used, for the quick part of the tests;
 *   <li>{@code LOVAGE_TEST_RABBITMQ_URL}, {@code LOVAGE_TEST_REDIS_URL}: test against this server, which somebody else
 *       runs. What needs the process of the server is then not available.
 * </ul>
 *
 * <p>Thread-safe. Every method throws IllegalStateException when a required server is missing, and
 * {@link ServerException} when one that is there does not start.
 */
public final class TestServers {
    private static final RequiredServers ENVIRONMENT = RequiredServers.from(System.getenv());

    private TestServers() {}

    /** The address of a RabbitMQ: the foreign one, else the shared one of this JVM. */
    public static Availability<String> rabbitUrl() {
        return ENVIRONMENT.url(
                "rabbitmq", RabbitServer.missing(), () -> SharedServers.rabbit().url());
    }

    /** The shared RabbitMQ of this JVM, which may be killed and frozen as long as it is brought back. */
    public static Availability<RabbitServer> rabbit() {
        return ENVIRONMENT.privateServer("rabbitmq", RabbitServer.missing(), SharedServers::rabbit);
    }

    /** A RabbitMQ for the caller alone, who stops it. */
    public static Availability<RabbitServer> startRabbit(RabbitOptions options) {
        return ENVIRONMENT.privateServer("rabbitmq", RabbitServer.missing(), () -> RabbitServer.start(options));
    }

    /** The address of a Redis: the foreign one, else the shared one of this JVM. */
    public static Availability<String> redisUrl() {
        return ENVIRONMENT.url(
                "redis", RedisServer.missing(), () -> SharedServers.redis().url());
    }

    /** The shared Redis of this JVM, which may be killed and frozen as long as it is brought back. */
    public static Availability<RedisServer> redis() {
        return ENVIRONMENT.privateServer("redis", RedisServer.missing(), SharedServers::redis);
    }

    /** A Redis for the caller alone, who stops it. */
    public static Availability<RedisServer> startRedis(RedisOptions options) {
        return ENVIRONMENT.privateServer("redis", RedisServer.missing(), () -> RedisServer.start(options));
    }

    /** A primary, a replica and three sentinels for the caller alone, who stops them. */
    public static Availability<RedisSentinels> startRedisSentinels(RedisOptions options) {
        return ENVIRONMENT.privateServer("redis", RedisServer.missing(), () -> RedisSentinels.start(options));
    }

    /** A Redis Cluster for the caller alone, who stops it. */
    public static Availability<RedisCluster> startRedisCluster(RedisOptions options) {
        return ENVIRONMENT.privateServer("redis", RedisServer.missing(), () -> RedisCluster.start(options));
    }
}
