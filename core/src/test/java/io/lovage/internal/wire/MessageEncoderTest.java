package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Arguments;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Writing a message")
class MessageEncoderTest {
    private static final TaskId ID = new TaskId("t-1");

    private final MessageEncoder encoder = new MessageEncoder(new ProcessName(7, "here"));
    private final MessageDecoder decoder = new MessageDecoder();
    private final Payload payload = new ArgumentBinder().write(Arguments.of(2, 3));

    @Test
    void writesEveryHeaderThatCeleryWrites() {
        Message message =
                encoder.encode(OutgoingTask.of(ID, "wire.add", payload).withReplyTo(Optional.of("me")));

        assertThat(message.headers().keySet())
                .containsExactlyInAnyOrderElementsOf(Golden.message("amqp/simple")
                        .inbound()
                        .message()
                        .headers()
                        .keySet());
        assertThat(message.headers())
                .containsEntry("lang", "java")
                .containsEntry("root_id", "t-1")
                .containsEntry("argsrepr", "(2, 3)")
                .containsEntry("origin", "gen7@here")
                .containsEntry("timelimit", Arrays.asList(null, null));
        assertThat(message.properties()).isEqualTo(MessageProperties.json(Optional.of("t-1"), Optional.of("me")));
    }

    @Test
    void carriesEverythingThatIsAsked() {
        OutgoingTask task = new OutgoingTask(
                ID,
                "wire.add",
                payload,
                Optional.of("root"),
                Optional.of("parent"),
                Optional.of("group"),
                OptionalInt.of(3),
                2,
                Optional.of(Instant.parse("2030-01-02T03:04:05.123456789Z")),
                Optional.of(Instant.parse("2030-01-03T00:00:00Z")),
                Optional.of(Duration.ofSeconds(30)),
                Optional.of(Duration.ofMillis(1500)),
                true,
                Optional.empty(),
                Optional.of("shown"),
                Map.of("trace", Map.of("a", List.of(1, 2.5f))),
                Embed.NONE);

        Message message = encoder.encode(task);
        TaskMessage read = read(message);

        assertThat(message.headers())
                .containsEntry("eta", "2030-01-02T03:04:05.123456+00:00")
                .containsEntry("expires", "2030-01-03T00:00:00.000000+00:00")
                .containsEntry("timelimit", List.of(30, 1.5))
                .containsEntry("shadow", "shown")
                .containsEntry("trace", Map.of("a", List.of(1, 2.5)));
        assertThat(read.rootId()).isEqualTo("root");
        assertThat(read.parentId()).contains("parent");
        assertThat(read.group()).contains("group");
        assertThat(read.groupIndex()).hasValue(3);
        assertThat(read.retries()).isEqualTo(2);
        assertThat(read.hardTimeLimit()).contains(Duration.ofSeconds(30));
        assertThat(read.softTimeLimit()).contains(Duration.ofMillis(1500));
        assertThat(read.ignoreResult()).isTrue();
    }

    @Test
    void refusesUserHeadersThatTheProtocolUses() {
        for (String name : List.of("id", "retries", "stamps", "redelivered", "", "lovage-delivery-count")) {
            assertThatThrownBy(() -> encoder.encode(withHeader(name, "x")))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("header name '" + name + "'");
        }
    }

    @Test
    void refusesUserHeadersThatAreNoJsonValues() {
        assertThatThrownBy(() -> encoder.encode(withHeader("when", List.of(Instant.EPOCH))))
                .hasMessageContaining("header 'when' holds a java.time.Instant");
        assertThatThrownBy(() -> encoder.encode(withHeader("m", Map.of(1, 2))))
                .hasMessageContaining("keys are not text");
        assertThatThrownBy(() -> encoder.encode(withHeader("n", Double.NaN))).hasMessageContaining("Double");
    }

    @Test
    void writesTextOfEveryPlaneAndLoneSurrogatesSoThatPythonReadsThem() {
        String text = "é✓😀\uD83D\u0000\"\\";
        Message message = encoder.encode(OutgoingTask.of(ID, "wire.echo", new ArgumentBinder().write(text)));

        assertThat(message.body().toUtf8()).isASCII();
        assertThat(read(message).arguments().args()).containsExactly(text);
    }

    @Test
    void refusesArgumentsThatNoReaderWouldTake() {
        List<Object> deep = List.of();
        for (int i = 0; i < 600; i++) {
            deep = List.of(deep);
        }
        OutgoingTask task = OutgoingTask.of(ID, "wire.echo", new ArgumentBinder().write(deep));

        assertThatThrownBy(() -> encoder.encode(task))
                .isInstanceOf(UnserialisableException.class)
                .hasMessageContaining("task wire.echo cannot be written as JSON")
                .hasMessageContaining("nested more than 500 levels deep");
    }

    @Test
    @DisplayName("R7.1 a retry begins counting deliveries anew")
    void aRetryBeginsCountingDeliveriesAnew() {
        Message first = encoder.encode(OutgoingTask.of(ID, "wire.add", payload))
                .withHeader(LovageHeaders.DELIVERY_COUNT, 3)
                .withHeader(LovageHeaders.HELD_UNTIL, "2030-01-02T03:04:05Z")
                .withHeader("mine", "kept");

        Message retry = encoder.retryOf(read(first), first, 1, Optional.empty());

        assertThat(retry.headers())
                .doesNotContainKeys(LovageHeaders.DELIVERY_COUNT, LovageHeaders.HELD_UNTIL)
                .containsEntry("mine", "kept")
                .containsEntry("parent_id", "t-1")
                .containsEntry("eta", null);
        assertThat(read(retry).retries()).isEqualTo(1);
        assertThat(retry.body()).isEqualTo(first.body());
    }

    private OutgoingTask withHeader(String name, @Nullable Object value) {
        OutgoingTask task = OutgoingTask.of(ID, "wire.add", payload);
        return new OutgoingTask(
                task.id(),
                task.task(),
                task.payload(),
                task.rootId(),
                task.parentId(),
                task.group(),
                task.groupIndex(),
                task.retries(),
                task.eta(),
                task.expires(),
                task.hardTimeLimit(),
                task.softTimeLimit(),
                task.ignoreResult(),
                task.replyTo(),
                task.shadow(),
                value == null ? Map.of() : Map.of(name, value),
                task.embed());
    }

    private TaskMessage read(Message message) {
        return decoder.decode(InboundMessage.of(message, "celery", 0)).fold(Decoded.Received::message, unreadable -> {
            throw new AssertionError(unreadable.reason());
        });
    }
}
