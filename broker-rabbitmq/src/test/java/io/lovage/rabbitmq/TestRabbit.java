package io.lovage.rabbitmq;

import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settlement;
import io.lovage.spi.Threads;
import io.lovage.testservers.RabbitOptions;
import io.lovage.testservers.RabbitServer;
import io.lovage.testservers.TestServers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/**
 * The one private RabbitMQ of these tests, with TLS, with users of few rights, and with a server that looks every
 * second for deliveries that are held too long.
 */
final class TestRabbit {
    /** A password that must never be seen. */
    static final String SECRET = "s3cr3t-of-the-kit";

    /**
     * The server looks every second for deliveries that are held too long, and repeats a dead-lettering that was not
     * confirmed after 10 s instead of 3 minutes: that happens to a delayed message whose level ends while the server
     * recovers from a crash.
     */
    private static final RabbitOptions OPTIONS = RabbitOptions.ofDefaults()
            .withTls()
            .advanced("{channel_tick_interval,1000}")
            .advanced("{dead_letter_worker_publisher_confirm_timeout,10000}");

    private static final Object LOCK = new Object();
    private static @Nullable RabbitServer server;

    private TestRabbit() {}

    static RabbitServer server() {
        synchronized (LOCK) {
            RabbitServer known = server;
            if (known == null) {
                known = TestServers.startRabbit(OPTIONS).orSkip(Assumptions::abort);
                makeDelayLevels(known.url());
                known.control("add_user", "powerless", SECRET);
                known.control("set_permissions", "powerless", "^$", "^$", "^$");
                server = known;
            }
            if (!known.isRunning()) {
                known.restart();
            }
            return known;
        }
    }

    /** The first delayed message of a server makes 28 quorum queues, which takes seconds: not part of any bound. */
    private static void makeDelayLevels(String url) {
        Threads threads = new NamedThreads("warm-up");
        Duration limit = Duration.ofMinutes(1);
        try (SystemTime time = new SystemTime(threads);
                Broker broker = new RabbitBrokerProvider()
                        .connect(new BrokerConfig(ServiceUrl.parse(url), "warm-up", limit, limit, time, threads))) {
            QueueSpec queue = QueueSpec.of("warm-up");
            broker.declare(queue);
            Fixture.publish(broker, Fixture.to(queue, "first").delayedBy(Duration.ofSeconds(1)));
            Fixture.settle(Fixture.one(broker.consume(ConsumeSpec.of(queue, 1))), Settlement.ack());
        }
    }

    /** The URL of somebody else's server, when the tests are to use that. */
    static Optional<String> foreignUrl() {
        return Optional.ofNullable(System.getenv("LOVAGE_TEST_RABBITMQ_URL"));
    }

    static String url(String options) {
        return server().url() + (options.isEmpty() ? "" : "?" + options);
    }

    /** A bare client, to look from outside. */
    static Connection bare(String url) {
        Endpoint endpoint = Endpoint.of(ServiceUrl.parse(url));
        ConnectionFactory factory = new ConnectionFactory();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setUsername(endpoint.user());
        factory.setPassword(endpoint.password());
        factory.setVirtualHost(endpoint.virtualHost());
        try {
            return factory.newConnection(endpoint.addresses(), "bare");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (TimeoutException e) {
            throw new IllegalStateException("no bare connection to " + url, e);
        }
    }
}
