package io.lovage.rabbitmq;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.lovage.internal.time.NamedThreads;
import io.lovage.internal.time.SystemTime;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import io.lovage.spi.Settlement;
import io.lovage.testservers.RabbitServer;
import io.lovage.testservers.TestServers;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;

/** What tests of one behaviour on a real server share: a broker, and a bare client beside it. */
abstract class ServerTest {
    static final long PATIENCE_SECONDS = 60;

    private static final NamedThreads THREADS = new NamedThreads("test");

    final SystemTime time = new SystemTime(THREADS);
    RabbitServer server;
    RabbitBroker broker;
    Connection connection;
    Channel bare;

    @BeforeEach
    void connect() throws Exception {
        server = TestServers.rabbit().orSkip(Assumptions::abort);
        broker = RabbitBroker.connect(config(server.url()));
        ConnectionFactory factory = new ConnectionFactory();
        factory.setAutomaticRecoveryEnabled(false);
        factory.setHost("127.0.0.1");
        factory.setPort(server.port());
        connection = factory.newConnection("bare");
        bare = connection.createChannel();
    }

    @AfterEach
    void disconnect() throws IOException {
        // comes here too when there was no server, and the test skipped itself before it had anything to close
        if (broker != null) {
            broker.close();
        }
        if (connection != null) {
            connection.close();
        }
        time.close();
    }

    final BrokerConfig config(String url) {
        return new BrokerConfig(
                ServiceUrl.parse(url), "test", Duration.ofSeconds(20), Duration.ofSeconds(20), time, THREADS);
    }

    static QueueSpec newQueue() {
        return QueueSpec.of("test-" + UUID.randomUUID());
    }

    static OutboundMessage message(QueueSpec queue, String id) {
        return OutboundMessage.to(
                queue.name(),
                new Message(
                        Map.of("task", "test"),
                        MessageProperties.json(Optional.of(id), Optional.empty()),
                        Bytes.utf8("[[], {}, {}]")));
    }

    static String id(Message message) {
        return message.properties().correlationId().orElse("");
    }

    static <T> T get(CompletionStage<T> stage) throws Exception {
        return stage.toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    final void publish(OutboundMessage... messages) throws Exception {
        get(broker.publish(List.of(messages)));
    }

    /** Takes one message and acknowledges it. */
    final String finishOne(QueueSpec queue) throws Exception {
        try (Broker.Consumer consumer = broker.consume(ConsumeSpec.of(queue, 1))) {
            List<Delivery> taken = consumer.poll(1, Duration.ofSeconds(PATIENCE_SECONDS));
            if (taken.isEmpty()) {
                throw new AssertionError("nothing comes from " + queue.name());
            }
            get(taken.get(0).settle(Settlement.ack()));
            return id(taken.get(0).message().message());
        }
    }
}
