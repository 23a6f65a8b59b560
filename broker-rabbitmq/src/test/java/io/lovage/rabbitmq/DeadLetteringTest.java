package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.DeadLetter;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Headers travel in one frame. A dead letter that did not fit could never be settled, and would keep its place. */
class DeadLetteringTest extends ServerTest {
    private static final int NEARLY_A_FRAME = 131_072 - 200;

    private DeadLetter deadLettered(Map<String, Object> headers, String reason) throws Exception {
        QueueSpec queue = newQueue();
        broker.declare(queue);
        AMQP.BasicProperties properties =
                new AMQP.BasicProperties.Builder().headers(headers).build();
        bare.basicPublish("", queue.name(), properties, "m".getBytes(StandardCharsets.UTF_8));
        try (Broker.Consumer consumer = broker.consume(ConsumeSpec.of(queue, 1))) {
            Settled settled = get(consumer.poll(1, Duration.ofSeconds(PATIENCE_SECONDS))
                    .get(0)
                    .settle(Settlement.deadLetter(reason)));
            assertThat(settled).isEqualTo(Settled.SENT);
        }
        List<DeadLetter> letters = broker.admin().deadLetters(queue, 2);
        assertThat(letters).hasSize(1);
        return letters.get(0);
    }

    @Test
    @DisplayName("R3.4 a message whose headers fill a frame is dead-lettered as it came")
    void headersThatFillAFrame() throws Exception {
        DeadLetter letter = deadLettered(Map.of("task", "x".repeat(NEARLY_A_FRAME)), "unknown task");

        assertThat(letter.message().headers()).containsOnlyKeys("task");
        assertThat(letter.reason()).isEqualTo("unknown");
    }

    @Test
    @DisplayName("R3.4 a reason that fills a frame is cut")
    void aReasonThatFillsAFrame() throws Exception {
        DeadLetter letter = deadLettered(Map.of("task", "t"), "unknown task " + "x".repeat(200_000));

        assertThat(letter.reason()).startsWith("unknown task xxx").hasSizeLessThan(2_000);
    }
}
