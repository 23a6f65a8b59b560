package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.GetResponse;
import io.lovage.rabbitmq.RabbitDelivery.Arrived;
import io.lovage.spi.Bytes;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TimeSource;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;

/**
 * What tests of single deliveries share: messages of a queue that goes with the connection, and one channel for all.
 */
abstract class DeliveryTest extends ServerTest {
    static final Duration LEASE = Duration.ofSeconds(8);

    final List<String> told = new CopyOnWriteArrayList<>();
    QueueSpec tasks;
    Generation generation;

    @BeforeEach
    void openQueue() throws IOException {
        tasks = newQueue().withLease(LEASE);
        bare.queueDeclare(tasks.name(), false, true, true, Map.of());
        generation = new Generation(bare, 1, time, () -> {});
    }

    /** What a delivery works with; the second clock is the publisher's. */
    final Settling settling(TimeSource clock, TimeSource publishing) {
        Link link = broker.taking();
        Publisher publisher = new Publisher(
                link,
                new DelayLevels(link, Duration.ofSeconds(1)),
                publishing,
                Runnable::run,
                new PublishLimits(Duration.ofSeconds(20), 1, 1_000));
        return new Settling(tasks, publisher, clock, true, 10);
    }

    /** Publishes a message, takes it, and has it handed out. */
    final RabbitDelivery taken(Settling settling) throws Exception {
        publish(message(tasks, "m"));
        GetResponse got = bare.basicGet(tasks.name(), false);
        Arrived arrived = new Arrived(got.getEnvelope().getDeliveryTag(), got.getProps(), Bytes.wrap(got.getBody()));
        RabbitDelivery delivery = new RabbitDelivery(generation, settling, arrived, 1);
        generation.inHand().add(delivery);
        delivery.handOut();
        return delivery;
    }

    /** Returns when a message waits in the queue; what is given back may take a moment to get there. */
    final void awaitWaiting() {
        Awaitility.await("the task is in its queue again")
                .atMost(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .untilAsserted(() -> assertThat(waiting()).isEqualTo(1));
    }

    /** How many messages wait in the queue. */
    final int waiting() throws IOException {
        return bare.queueDeclarePassive(tasks.name()).getMessageCount();
    }
}
