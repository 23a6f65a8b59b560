package io.lovage.testservers;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where tests get their servers. Variables of the environment decide:
 *
 * <ul>
 *   <li>{@code LOVAGE_TEST_SERVERS=auto|docker|local}: in containers, or as private processes of what is installed.
 *       {@code auto}, the default, means containers where a Docker engine answers. Sentinels and clusters are private
 *       processes always;
 *   <li>{@code LOVAGE_TEST_REQUIRED=rabbitmq,redis,kafka,celery}: a named server that is missing is a failure and not a
 *       skip;
 *   <li>{@code LOVAGE_TEST_SKIPPED=rabbitmq,redis,kafka,celery}: a named server is not used, for the quick part of the
 *       tests;
 *   <li>{@code LOVAGE_TEST_RABBITMQ_URL}, {@code LOVAGE_TEST_REDIS_URL}, {@code LOVAGE_TEST_KAFKA_URL}: test against
 *       this server, which somebody else runs. What needs the process of the server is then not available;
 *   <li>{@code LOVAGE_TEST_PYTHON}: the Python that has Celery, instead of the distribution's own.
 * </ul>
 *
 * <p>Thread-safe. Every method throws IllegalStateException when a required server or the Docker engine that was asked
 * for is missing, and {@link ServerException} when one that is there does not start.
 */
public final class TestServers {
    private static final RequiredServers ENVIRONMENT = RequiredServers.from(System.getenv());
    private static final ServerChoice CHOICE = ServerChoice.from(System.getenv());
    private static final SharedServer<RabbitServer> RABBIT =
            new SharedServer<>(() -> newRabbit(RabbitOptions.ofDefaults()));
    private static final SharedServer<RedisServer> REDIS =
            new SharedServer<>(() -> newRedis(RedisOptions.ofDefaults()));
    private static final SharedServer<KafkaServer> KAFKA =
            new SharedServer<>(() -> newKafka(KafkaOptions.ofDefaults()));

    private TestServers() {}

    private static Optional<String> rabbitMissing() {
        return CHOICE.containers() ? Optional.empty() : RabbitServer.missing();
    }

    private static RabbitServer newRabbit(RabbitOptions options) {
        return CHOICE.containers() ? RabbitServer.startContainer(options) : RabbitServer.start(options);
    }

    private static Optional<String> redisMissing() {
        return CHOICE.containers() ? Optional.empty() : RedisServer.missing();
    }

    private static RedisServer newRedis(RedisOptions options) {
        return CHOICE.containers() ? RedisServer.startContainer(options) : RedisServer.start(options);
    }

    private static Optional<String> kafkaMissing() {
        return CHOICE.containers() ? Optional.empty() : KafkaServer.missing();
    }

    private static KafkaServer newKafka(KafkaOptions options) {
        return CHOICE.containers() ? KafkaServer.startContainer(options) : KafkaServer.start(options);
    }

    /** The address of a RabbitMQ: the foreign one, else the shared one of this JVM. */
    public static Availability<String> rabbitUrl() {
        return ENVIRONMENT.url(
                "rabbitmq", TestServers::rabbitMissing, () -> RABBIT.running().url());
    }

    /** The shared RabbitMQ of this JVM, which may be killed and frozen as long as it is brought back. */
    public static Availability<RabbitServer> rabbit() {
        return ENVIRONMENT.privateServer("rabbitmq", TestServers::rabbitMissing, RABBIT::running);
    }

    /** A RabbitMQ for the caller alone, who stops it. */
    public static Availability<RabbitServer> startRabbit(RabbitOptions options) {
        return ENVIRONMENT.privateServer("rabbitmq", TestServers::rabbitMissing, () -> newRabbit(options));
    }

    /** The address of a Redis: the foreign one, else the shared one of this JVM. */
    public static Availability<String> redisUrl() {
        return ENVIRONMENT.url(
                "redis", TestServers::redisMissing, () -> REDIS.running().url());
    }

    /** The shared Redis of this JVM, which may be killed and frozen as long as it is brought back. */
    public static Availability<RedisServer> redis() {
        return ENVIRONMENT.privateServer("redis", TestServers::redisMissing, REDIS::running);
    }

    /** A Redis for the caller alone, who stops it. */
    public static Availability<RedisServer> startRedis(RedisOptions options) {
        return ENVIRONMENT.privateServer("redis", TestServers::redisMissing, () -> newRedis(options));
    }

    /** A primary, a replica and three sentinels for the caller alone, who stops them. */
    public static Availability<RedisSentinels> startRedisSentinels(RedisOptions options) {
        return ENVIRONMENT.privateServers(
                "redis", CHOICE::containers, RedisServer::missing, () -> RedisSentinels.start(options));
    }

    /** A Redis Cluster for the caller alone, who stops it. */
    public static Availability<RedisCluster> startRedisCluster(RedisOptions options) {
        return ENVIRONMENT.privateServers(
                "redis", CHOICE::containers, RedisServer::missing, () -> RedisCluster.start(options));
    }

    /** The address of a Kafka: the foreign one, else the shared one of this JVM. */
    public static Availability<String> kafkaUrl() {
        return ENVIRONMENT.url(
                "kafka", TestServers::kafkaMissing, () -> KAFKA.running().url());
    }

    /** The shared Kafka of this JVM, which may be killed and frozen as long as it is brought back. */
    public static Availability<KafkaServer> kafka() {
        return ENVIRONMENT.privateServer("kafka", TestServers::kafkaMissing, KAFKA::running);
    }

    /** A Kafka for the caller alone, who stops it. */
    public static Availability<KafkaServer> startKafka(KafkaOptions options) {
        return ENVIRONMENT.privateServer("kafka", TestServers::kafkaMissing, () -> newKafka(options));
    }

    /** A Kafka of three nodes for the caller alone, who stops it. */
    public static Availability<KafkaCluster> startKafkaCluster(KafkaOptions options) {
        return ENVIRONMENT.privateServers(
                "kafka", CHOICE::containers, KafkaServer::missing, () -> KafkaCluster.start(options));
    }

    /** A Python that has Celery and the client of Redis: its program. */
    public static Availability<Path> celery() {
        return ENVIRONMENT.privateServer("celery", CeleryInstallation::missing, CeleryInstallation::python);
    }
}
