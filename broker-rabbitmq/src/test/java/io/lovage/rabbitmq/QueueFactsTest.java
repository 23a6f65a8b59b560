package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class QueueFactsTest {
    private static final ServerVersion OLD = new ServerVersion(3, 10);
    private static final ServerVersion STRICT = new ServerVersion(4, 3);
    private static final QueueFacts QUORUM = new QueueFacts(true, Map.of("x-queue-type", "quorum"));
    private static final QueueFacts CLASSIC = new QueueFacts(true, Map.of());

    /** The story: max_priority was asked for, the queue became one without, and nobody was told. */
    @Test
    void prioritiesThatWereAskedForAndAreNotThereAreTold() {
        assertThat(QUORUM.warnings(OptionalInt.of(10), OLD))
                .singleElement()
                .asString()
                .contains("quorum queue without priorities on RabbitMQ 3.10", "max_priority=10 has no effect");
        assertThat(QUORUM.warnings(OptionalInt.of(10), new ServerVersion(4, 1))).hasSize(1);
        assertThat(CLASSIC.warnings(OptionalInt.of(10), OLD))
                .as("adopted without")
                .hasSize(1);
    }

    @Test
    void whatWasAskedForAndIsThereIsNot() {
        Map<String, Object> ten = Map.of("x-max-priority", 10);

        assertThat(new QueueFacts(true, ten).warnings(OptionalInt.of(10), OLD)).isEmpty();
        assertThat(new QueueFacts(true, Map.of("x-queue-type", "quorum", "x-max-priority", 10))
                        .warnings(OptionalInt.of(10), STRICT))
                .isEmpty();
        assertThat(QUORUM.warnings(OptionalInt.empty(), OLD)).isEmpty();
    }

    @Test
    void whatForgetsMessagesIsTold() {
        assertThat(new QueueFacts(true, Map.of("x-message-ttl", 5)).warnings(OptionalInt.empty(), OLD))
                .containsExactly("was declared with x-message-ttl=5: RabbitMQ may drop tasks that wait in it");
    }
}
