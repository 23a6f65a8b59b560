package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.internal.wire.Golden.GoldenMessage;
import io.lovage.spi.Message;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("Messages of real Celery")
class GoldenMessagesTest {
    /** Written by Celery 5.3 and later only, or by a broker; kept in a retry, not written by Lovage. */
    private static final Set<String> NOT_OURS =
            Set.of("lang", "origin", "compression", "replaced_task_nesting", "stamped_headers", "stamps");

    private static final Set<String> OURS = Set.of(
            "task",
            "id",
            "shadow",
            "eta",
            "expires",
            "group",
            "group_index",
            "retries",
            "timelimit",
            "root_id",
            "parent_id",
            "argsrepr",
            "kwargsrepr",
            "ignore_result",
            "redelivered");

    private final MessageDecoder decoder = new MessageDecoder();
    private final MessageEncoder encoder = new MessageEncoder(new ProcessName(7, "here"));

    static Stream<GoldenMessage> messages() {
        return Golden.messages();
    }

    static Stream<GoldenMessage> messagesOfProtocol2() {
        return Golden.messages().filter(message -> message.headers().has("task"));
    }

    @ParameterizedTest
    @MethodSource("messages")
    void areRead(GoldenMessage golden) {
        TaskMessage task = read(golden);

        assertThat(task.task()).matches("(wire|java|no.such)\\.\\w+");
        assertThat(task.correlationId()).isEqualTo(task.id().value());
        assertThat(task.replyTo()).isPresent();
    }

    @ParameterizedTest
    @MethodSource("messagesOfProtocol2")
    void areWrittenAgainAsTheyCame(GoldenMessage golden) {
        Message written = encoder.encode(outgoing(read(golden)));

        assertThat(Json.parse(written.body())).isEqualTo(golden.body());
        assertThat(comparable(written.headers(), golden))
                .isEqualTo(comparable(golden.inbound().message().headers(), golden));
        assertThat(written.properties().contentType()).contains("application/json");
        assertThat(written.properties().contentEncoding()).contains("utf-8");
        assertThat(written.properties().correlationId())
                .isEqualTo(golden.inbound().message().properties().correlationId());
        assertThat(written.properties().replyTo())
                .isEqualTo(golden.inbound().message().properties().replyTo());
    }

    @ParameterizedTest
    @MethodSource("messagesOfProtocol2")
    void keepEverythingInARetryButWhatARetryChanges(GoldenMessage golden) {
        Message original = golden.inbound().message();

        Message retry = encoder.retryOf(read(golden), original, 4, Optional.of(Instant.parse("2026-01-02T03:04:05Z")));

        Map<String, @Nullable Object> expected = new LinkedHashMap<>(original.headers());
        expected.put("retries", 4);
        expected.put("parent_id", original.header("id"));
        expected.put("eta", "2026-01-02T03:04:05.000000+00:00");
        assertThat(retry.headers()).isEqualTo(expected);
        assertThat(retry.body()).isEqualTo(original.body());
        assertThat(retry.properties()).isEqualTo(original.properties());
    }

    @Test
    void aRetryLooksLikeCelerysOwn() {
        for (String file : List.of("amqp/live_retry", "redis/live_retry", "amqp/live_retryx", "redis/live_retryx")) {
            List<GoldenMessage> attempts = Golden.messages(file);
            assertThat(attempts).hasSizeGreaterThan(1);
            for (int i = 1; i < attempts.size(); i++) {
                GoldenMessage earlier = attempts.get(i - 1);
                Message theirs = attempts.get(i).inbound().message();

                Message ours = encoder.retryOf(
                        read(earlier),
                        earlier.inbound().message(),
                        i,
                        read(attempts.get(i)).eta());

                assertThat(comparable(ours.headers(), earlier)).isEqualTo(comparable(theirs.headers(), earlier));
                assertThat(Json.parse(ours.body())).isEqualTo(attempts.get(i).body());
            }
        }
    }

    @Test
    void ofProtocol1GoOnAsProtocol2() {
        for (GoldenMessage golden :
                messages().filter(message -> !message.headers().has("task")).toList()) {
            TaskMessage task = read(golden);

            Message retry = encoder.retryOf(task, golden.inbound().message(), 1, Optional.empty());

            assertThat(task.task()).isEqualTo("wire.add");
            assertThat(task.arguments().args()).containsExactly(2L, 3L);
            assertThat(retry.header("task")).isEqualTo("wire.add");
            assertThat(retry.header("parent_id")).isEqualTo(task.id().value());
            assertThat(retry.body().toUtf8())
                    .isEqualTo("[[2,3],{},{\"callbacks\":null,\"errbacks\":null,\"chain\":null,\"chord\":null}]");
        }
    }

    @Test
    void tellTheirTimeLimitsInTheRightOrder() {
        TaskMessage task = read(Golden.message("amqp/timelimit"));

        assertThat(task.hardTimeLimit()).contains(Duration.ofSeconds(30));
        assertThat(task.softTimeLimit()).contains(Duration.ofSeconds(20));
    }

    @Test
    void tellWhatFollowsThem() {
        Embed link = read(Golden.message("amqp/link")).embed();
        Embed chain = read(Golden.message("amqp-celery-5.6.2/chain")).embed();
        TaskMessage member = read(Golden.messages("redis-celery-5.6.2/chord").get(1));

        assertThat(link.callbacks().orElseThrow())
                .extracting(EmbeddedSignature::task)
                .containsExactly("wire.mul");
        assertThat(link.errbacks().orElseThrow())
                .extracting(EmbeddedSignature::task)
                .containsExactly("wire.on_err");
        assertThat(chain.chain().orElseThrow()).isNotEmpty();
        assertThat(member.embed().chord().orElseThrow().task()).isEqualTo("wire.tsum");
        assertThat(member.groupIndex()).hasValue(1);
        assertThat(member.group()).isPresent();
    }

    private TaskMessage read(GoldenMessage golden) {
        return decoder.decode(golden.inbound()).fold(Decoded.Received::message, unreadable -> {
            throw new AssertionError(golden + ": " + unreadable.reason());
        });
    }

    private static OutgoingTask outgoing(TaskMessage task) {
        Map<String, @Nullable Object> userHeaders = new LinkedHashMap<>(task.headers());
        userHeaders.keySet().removeAll(OURS);
        userHeaders.keySet().removeAll(NOT_OURS);
        return new OutgoingTask(
                task.id(),
                task.task(),
                task.payload(),
                Optional.of(task.rootId()),
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
                Optional.ofNullable((String) task.headers().get("shadow")),
                userHeaders,
                task.embed());
    }

    /** What must be equal, with times as instants and numbers as longs. */
    private static Map<String, @Nullable Object> comparable(
            Map<String, @Nullable Object> headers, GoldenMessage golden) {
        Map<String, @Nullable Object> result = new HashMap<>(headers);
        result.keySet().removeAll(NOT_OURS);
        result.remove("redelivered");
        if (saysWhatDoesNotTravel(golden)) {
            result.remove("argsrepr");
        }
        result.replaceAll((name, value) -> {
            if (value instanceof String time && (name.equals("eta") || name.equals("expires"))) {
                return OffsetDateTime.parse(time).toInstant();
            }
            if (value instanceof List<?> limits) {
                return limits.stream().map(GoldenMessagesTest::widened).toList().toString();
            }
            return widened(value);
        });
        return result;
    }

    /** Python shows its own types, and a list of arguments where the caller gave a list; both travel as JSON. */
    private static boolean saysWhatDoesNotTravel(GoldenMessage golden) {
        return golden.name().contains("special_types")
                || String.valueOf(golden.inbound().message().header("argsrepr")).startsWith("[");
    }

    private static @Nullable Object widened(@Nullable Object value) {
        return value instanceof Integer number ? (Object) number.longValue() : value;
    }
}
