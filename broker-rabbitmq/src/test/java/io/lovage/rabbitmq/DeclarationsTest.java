package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.rabbitmq.client.BuiltinExchangeType;
import com.rabbitmq.client.Channel;
import io.lovage.spi.Broker;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueMismatchException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ServiceUrl;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What is declared, and what becomes of what somebody else has declared. */
class DeclarationsTest {
    private final Fixture fixture = new Fixture();

    @AfterEach
    void end() throws Exception {
        fixture.close();
    }

    @Test
    void aClassicQueueIsDeclaredExactlyAsCeleryDeclaresIt() throws IOException {
        Broker broker = fixture.broker("queue_type=classic");
        QueueSpec queue = fixture.declared(broker);

        Channel celery = fixture.bare().createChannel();
        assertThat(celery.queueDeclare(queue.name(), true, false, false, Map.of())
                        .getQueue())
                .isEqualTo(queue.name());
    }

    @Test
    void theDelayLevelsAreDeclaredExactlyAsCeleryDeclaresThem() throws IOException {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m").delayedBy(java.time.Duration.ofSeconds(1)));

        Channel celery = fixture.bare().createChannel();
        for (int level = 27; level >= 0; level--) {
            String name = "celery_delayed_" + level;
            Map<String, Object> arguments = new HashMap<>();
            arguments.put("x-queue-type", "quorum");
            arguments.put("x-overflow", "reject-publish");
            arguments.put("x-message-ttl", (1L << level) * 1000);
            arguments.put(
                    "x-dead-letter-exchange", level > 0 ? "celery_delayed_" + (level - 1) : "celery_delayed_delivery");
            arguments.put("x-dead-letter-strategy", "at-least-once");
            celery.exchangeDeclare(name, BuiltinExchangeType.TOPIC, true);
            celery.queueDeclare(name, true, false, false, arguments);
        }
        celery.exchangeDeclare("celery_delayed_delivery", BuiltinExchangeType.TOPIC, true);
        assertThat(celery.isOpen()).isTrue();
    }

    @Test
    @DisplayName("R1.7: queues of all kinds are adopted with what they can do")
    void queuesOfAllKindsAreAdopted() throws IOException {
        Broker broker = fixture.broker("");
        assertThat(adopted(broker, true, Map.of()).kind()).isEqualTo("classic");
        assertThat(adopted(broker, false, Map.of()).has(QueueFeature.DURABLE)).isFalse();
        QueueCapabilities five = adopted(broker, true, Map.of("x-max-priority", 5));
        assertThat(five.has(QueueFeature.PRIORITY)).isTrue();
        assertThat(five.priorityLevels()).isEqualTo(6);
        assertThat(adopted(broker, true, Map.of("x-message-ttl", 60_000, "x-max-length", 10))
                        .kind())
                .isEqualTo("classic");
        QueueCapabilities quorum = adopted(broker, true, Map.of("x-queue-type", "quorum", "x-delivery-limit", 3));
        assertThat(quorum.kind()).isEqualTo("quorum");
        assertThat(quorum.has(QueueFeature.EXACT_DELIVERY_COUNT)).isTrue();
    }

    private QueueCapabilities adopted(Broker broker, boolean durable, Map<String, Object> arguments)
            throws IOException {
        QueueSpec queue = fixture.queue(broker, Fixture.newName());
        fixture.bare().createChannel().queueDeclare(queue.name(), durable, false, false, arguments);
        return broker.declare(queue);
    }

    @Test
    void aStreamIsNotATaskQueue() {
        Broker broker = fixture.broker("");
        assertThatThrownBy(() -> adopted(broker, true, Map.of("x-queue-type", "stream")))
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContaining("stream");
    }

    @Test
    void aQueueThatWouldLackSomethingIsNotMade() {
        Broker broker = fixture.broker("");
        QueueSpec wanted = fixture.queue(broker, Fixture.newName()).requiring(Set.of(QueueFeature.PRIORITY));

        assertThatThrownBy(() -> broker.declare(wanted))
                .isInstanceOf(QueueMismatchException.class)
                .hasMessageContaining("PRIORITY")
                .hasMessageContaining("max_priority");
        assertThatThrownBy(() -> broker.admin().stats(wanted)).isInstanceOf(QueueNotFoundException.class);
    }

    @Test
    @DisplayName("R6.1: a priority for a queue without priorities is refused, whoever declared it")
    void aPriorityForAQueueWithoutPrioritiesIsRefused() throws IOException {
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.queue(broker, Fixture.newName());
        fixture.bare().createChannel().queueDeclare(queue.name(), true, false, false, Map.of());

        assertThatThrownBy(() -> Fixture.publish(broker, Fixture.to(queue, "m").withPriority(3)))
                .isInstanceOfSatisfying(
                        PublishException.class,
                        refusal -> assertThat(refusal.retryable()).isFalse());
    }

    @Test
    void allFourFormsReachTheVirtualHostSlash() {
        String server = TestRabbit.server().url().replaceFirst("/$", "");
        for (String path : new String[] {"", "/", "//", "/%2f"}) {
            Broker broker = fixture.connect(server + path, Fixture.PATIENCE);
            assertThat(broker.capabilities().broker()).isEqualTo("rabbitmq");
            assertThat(Endpoint.of(ServiceUrl.parse(server + path)).virtualHost())
                    .isEqualTo("/");
        }
    }

    @Test
    void theFirstHostThatAnswersIsTaken() {
        String several = TestRabbit.server().url().replaceFirst("@", "@127.0.0.1:1,");
        assertThat(fixture.connect(several, Fixture.PATIENCE).capabilities().broker())
                .isEqualTo("rabbitmq");
    }
}
