package io.lovage.console.pitfall;

import io.lovage.examples.pitfall.LongTaskOnBareKafka;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.testservers.Availability;
import io.lovage.testservers.KafkaOptions;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.RabbitOptions;
import io.lovage.testservers.RedisOptions;
import io.lovage.testservers.ServerException;
import io.lovage.testservers.TestServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;

/** Where a task can outlast its lease. */
enum Pitfall {
    /** Redis, where a visibility timeout ends every lease that nobody renews. */
    REDIS("Redis") {
        @Override
        Stage stage() {
            TestServer server = start(() -> TestServers.startRedis(RedisOptions.ofDefaults()), label());
            return new Stage(
                    server, server.url(), "lease 2 s", Duration.ofSeconds(2), Duration.ofSeconds(20), Optional.empty());
        }
    },
    /** RabbitMQ, where {@code consumer_timeout} does. */
    RABBITMQ("RabbitMQ") {
        @Override
        Stage stage() {
            Duration limit = Duration.ofSeconds(3);
            TestServer server = start(
                    () -> TestServers.startRabbit(RabbitOptions.ofDefaults().consumerTimeout(limit)), label());
            return new Stage(
                    server,
                    server.url() + "?consumer_timeout=" + limit.toMillis() + "ms",
                    "consumer_timeout 3 s",
                    Duration.ofSeconds(6),
                    Duration.ofSeconds(15),
                    Optional.empty());
        }
    },
    /** Kafka, where the acquisition lock of a share group does. */
    KAFKA("Kafka") {
        @Override
        Stage stage() {
            Duration lock = Duration.ofSeconds(2);
            KafkaServer server = start(
                    () -> TestServers.startKafka(KafkaOptions.ofDefaults().lockBetween(lock, LONGEST_LOCK)), label());
            return new Stage(
                    server,
                    server.url(),
                    "acquisition lock 2 s",
                    lock,
                    Duration.ofSeconds(20),
                    Optional.of(bareKafka(server.address())));
        }
    };

    private static final Duration LONGEST_LOCK = Duration.ofMinutes(1);

    private final String label;

    Pitfall(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }

    /**
     * Starts a server for this.
     *
     * @throws BrokerUnavailableException when there is none, with what to install
     */
    abstract Stage stage();

    static Stage.Bare bareKafka(String servers) {
        return (queue, length, timeline) -> new LongTaskOnBareKafka(
                        new LongTaskOnBareKafka.Scene(servers, queue.name(), queue.lease(), length), timeline)
                .play();
    }

    private static <S extends TestServer> S start(Supplier<Availability<S>> server, String label) {
        try {
            Availability<S> availability = server.get();
            if (availability.server().isPresent()) {
                return availability.server().get();
            }
            throw new BrokerUnavailableException("a private " + label + " is " + availability.reason());
        } catch (ServerException e) {
            throw new BrokerUnavailableException("a private " + label + " does not start", e);
        }
    }
}
