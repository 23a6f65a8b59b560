package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.GetResponse;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueSpec;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class ObituaryTest {
    private static final QueueSpec QUEUE = QueueSpec.of("imports");
    private static final byte[] BODY = "[[], {}, {}]".getBytes(StandardCharsets.UTF_8);

    private static GetResponse letter(String routingKey, Map<String, Object> headers) {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .headers(headers)
                .correlationId("m")
                .deliveryMode(2)
                .build();
        return new GetResponse(new Envelope(1, true, "", routingKey), properties, BODY, 0);
    }

    @SuppressWarnings("JavaUtilDate") // the client library's type for AMQP timestamps
    private static GetResponse deadLetteredByTheServer() {
        Map<String, Object> headers = new LinkedHashMap<>();
        headers.put("task", "import");
        headers.put("x-first-death-reason", "delivery_limit");
        headers.put("x-first-death-queue", QUEUE.name());
        headers.put(
                "x-death",
                List.of(Map.of("queue", QUEUE.name(), "time", Date.from(Instant.parse("2030-01-01T00:00:00Z")))));
        headers.put("x-delivery-count", 10L);
        return letter(QUEUE.deadLetterQueue(), headers);
    }

    /** As it lies in the queue after it was published again. */
    private static GetResponse published(Message message) {
        AMQP.BasicProperties properties = Amqp.properties(OutboundMessage.to(QUEUE.deadLetterQueue(), message));
        return new GetResponse(
                new Envelope(2, false, "", QUEUE.deadLetterQueue()),
                properties,
                message.body().toArray(),
                0);
    }

    /** A copy has lost RabbitMQ's headers, and was listed under a new id, with no reason, for every queue. */
    @Test
    @DisplayName("R9.3 the copy of a letter that was looked at too often is the same letter")
    void theCopyOfALetterIsTheSameLetter() {
        Obituary first = Obituary.of(deadLetteredByTheServer());

        Obituary copy = Obituary.of(published(first.copy()));

        assertThat(first.letter().reason()).isEqualTo("delivery-limit");
        assertThat(copy).isEqualTo(first);
        assertThat(Obituary.of(published(copy.copy()))).isEqualTo(first);
    }

    @Test
    @DisplayName("R9.3 the copy of a letter that was delayed for a deleted queue is the same letter")
    void theCopyOfADelayedLetterIsTheSameLetter() {
        Obituary first = Obituary.of(
                letter(DelayLevels.routingKey(Duration.ofSeconds(5), QUEUE.name()), Map.of("task", "import")));

        Obituary copy = Obituary.of(published(first.copy()));

        assertThat(first.letter().reason()).isEqualTo("queue-deleted");
        assertThat(first.isOf(QUEUE)).isTrue();
        assertThat(copy).isEqualTo(first);
    }

    @Test
    void aLetterThatNamesNoQueueBelongsToWhoeverLooks() {
        Obituary first = Obituary.of(letter(QUEUE.deadLetterQueue(), Map.of("task", "import")));

        assertThat(first.isOf(QUEUE)).isTrue();
        assertThat(Obituary.of(published(first.copy()))).isEqualTo(first);
    }
}
