package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Bytes;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.TaskRef;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@DisplayName("R10.6 Reading a message")
class MessageDecoderTest {
    private static final String BODY =
            "[[2,3],{},{\"callbacks\":null,\"errbacks\":null,\"chain\":null,\"chord\":null}]";

    private final MessageDecoder decoder = new MessageDecoder(1 << 20);
    private final Map<String, @Nullable Object> headers = new LinkedHashMap<>(Map.of("task", "wire.add", "id", "t-1"));

    @Nested
    class Accepts {
        @Test
        void nothingButTaskAndId() {
            TaskMessage task = received(message(BODY));

            assertThat(task.rootId()).isEqualTo("t-1");
            assertThat(task.parentId()).isEmpty();
            assertThat(task.retries()).isZero();
            assertThat(task.eta()).isEmpty();
            assertThat(task.ignoreResult()).isFalse();
            assertThat(task.correlationId()).isEqualTo("t-1");
            assertThat(task.replyTo()).isEmpty();
            assertThat(task.arguments().args()).containsExactly(2L, 3L);
            assertThat(task.embed()).isEqualTo(Embed.NONE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"[[],{},{}]", "[[],{},null]", "[ [ ] ,\n {\"a\" : [1]},\t{} ]  "})
        void everyShapeThatCeleryAccepts(String body) {
            assertThat(received(message(body)).embed()).isEqualTo(Embed.NONE);
        }

        @ParameterizedTest
        @ValueSource(strings = {"UTF-8", "utf8", "us-ascii", ""})
        void everyNameOfTheOneEncoding(String encoding) {
            assertThat(received(message(BODY, Optional.of("application/json"), Optional.of(encoding))))
                    .isNotNull();
        }

        @Test
        void nullsAndFloatsAndNestedHeaders() {
            headers.put("retries", null);
            headers.put("timelimit", Arrays.asList(1.5, null));
            headers.put("expires", "2030-01-02T03:04:05");
            headers.put("mine", List.of(Map.of("a", 1)));

            TaskMessage task = received(message(BODY));

            assertThat(task.hardTimeLimit()).contains(Duration.ofMillis(1500));
            assertThat(task.softTimeLimit()).isEmpty();
            assertThat(task.expires()).contains(Instant.parse("2030-01-02T03:04:05Z"));
            assertThat(task.headers()).containsEntry("mine", List.of(Map.of("a", 1)));
        }

        @Test
        void zlibUnderTheNameOfGzipAsCelerySendsIt() {
            headers.put("compression", "application/x-gzip");

            assertThat(received(message(deflated(BODY))).arguments().args()).containsExactly(2L, 3L);
        }

        @Test
        void realGzip() {
            headers.put("compression", "gzip");

            assertThat(received(message(gzipped(BODY))).arguments().args()).containsExactly(2L, 3L);
        }

        @Test
        void whatFollowsWithKeysThatNobodyKnows() {
            TaskMessage task = received(message("[[],{},{\"callbacks\":[{\"task\":\"a.b\",\"args\":null,\"odd\":1}],"
                    + "\"chain\":[],\"later\":{\"x\":2}}]"));

            Embed embed = task.embed();
            assertThat(embed.chain()).contains(List.of());
            assertThat(embed.callbacks().orElseThrow().get(0).args().isEmpty()).isTrue();
            assertThat(SignatureWriter.embed(embed).toString())
                    .contains("\"later\":{\"x\":2}")
                    .contains("\"odd\":1");
        }

        @Test
        void anEmptyReplyAddressAsNoWishForAReply() {
            Message message =
                    new Message(headers, MessageProperties.json(Optional.of("c"), Optional.of("")), Bytes.utf8(BODY));

            TaskMessage task = received(InboundMessage.of(message, "celery", 0));

            assertThat(task.replyTo()).isEmpty();
            assertThat(task.correlationId()).isEqualTo("c");
        }
    }

    @Nested
    class Refuses {
        @Test
        void aBodyOfTwoElements() {
            assertThat(reason(message("[[2,3],{}]"))).isEqualTo("body has 2 elements, not [args, kwargs, embed]");
        }

        @Test
        void kwargsThatAreNull() {
            assertThat(reason(message("[[2,3],null,{}]"))).isEqualTo("body: kwargs is null, not a map");
        }

        @Test
        void aMissingContentType() {
            assertThat(reason(message(BODY, Optional.empty(), Optional.of("utf-8"))))
                    .isEqualTo("property content_type is missing");
        }

        @Test
        void aContentTypeWithParameters() {
            assertThat(reason(message(BODY, Optional.of("application/json;charset=utf-8"), Optional.of("utf-8"))))
                    .isEqualTo("property content_type is 'application/json;charset=utf-8', not application/json");
        }

        @Test
        void pickle() {
            assertThat(reason(message(BODY, Optional.of("application/x-python-serialize"), Optional.of("binary"))))
                    .contains("application/x-python-serialize");
        }

        @Test
        void anotherEncoding() {
            assertThat(reason(message(BODY, Optional.of("application/json"), Optional.of("utf-16"))))
                    .isEqualTo("property content_encoding is 'utf-16', not utf-8");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {"", "not json", "[[2,3],{},{}", "[[2,3],{},{}] x", "W1syLCAzXQ==", "\u0000", "[[2,3],{},{]"})
        void whatIsNoJson(String body) {
            assertThat(reason(message(body))).startsWith("body is not ");
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                value = {
                    "{}|body is not the list [args, kwargs, embed]",
                    "7|body is not the list [args, kwargs, embed]",
                    "[{},{},{}]|body: args is something else, not a list",
                    "[[],[],{}]|body: kwargs is something else, not a map",
                    "[[],{},[]]|body: embed is something else, not a map",
                    "[[],{},{\"chain\":{}}]|body: embed.chain is something else, not a list",
                    "[[],{},{\"callbacks\":[1]}]|body: embed.callbacks is something else, not a map",
                    "[[],{},{\"chord\":{}}]|body: embed.chord.task is missing",
                    "[[],{},{\"chord\":{\"task\":\"a\",\"immutable\":1}}]"
                            + "|body: embed.chord.immutable is something else, not a boolean"
                })
        void aPartOfTheWrongType(String body, String reason) {
            assertThat(reason(message(body))).isEqualTo(reason);
        }

        @Test
        void headersOfTheWrongTypeEachByItsName() {
            for (String name : List.of("root_id", "parent_id", "group", "eta", "expires", "compression")) {
                assertThat(reasonWith(name, 5)).isEqualTo("header " + name + " is not a string");
            }
            assertThat(reasonWith("retries", "1")).isEqualTo("header retries is not an integer");
            assertThat(reasonWith("retries", -1)).isEqualTo("header retries is out of range: -1");
            assertThat(reasonWith("retries", 1L << 40)).startsWith("header retries is out of range");
            assertThat(reasonWith("group_index", 1.5)).isEqualTo("header group_index is not an integer");
            assertThat(reasonWith("ignore_result", 1)).isEqualTo("header ignore_result is not a boolean");
            assertThat(reasonWith("eta", "soon")).isEqualTo("header eta is not a time in ISO-8601");
            assertThat(reasonWith("timelimit", 30)).isEqualTo("header timelimit is not a list");
            assertThat(reasonWith("timelimit", List.of(30))).startsWith("header timelimit has 1 elements");
            assertThat(reasonWith("timelimit", List.of("a", 1))).startsWith("header timelimit holds something");
            assertThat(reasonWith("timelimit", List.of(-1, 1))).isEqualTo("header timelimit is out of range");
            assertThat(reasonWith("timelimit", Arrays.asList(null, Long.MAX_VALUE)))
                    .isEqualTo("header timelimit is out of range");
            assertThat(reasonWith("timelimit", List.of(Double.NaN, 1))).startsWith("header timelimit holds something");
            assertThat(reasonWith("task", 5)).isEqualTo("header task is not a string");
            assertThat(reasonWith("id", 5)).isEqualTo("header id is not a string");
            assertThat(reasonWith("id", null)).isEqualTo("header id is missing");
            assertThat(reasonWith("id", "")).isEqualTo("header id is empty");
            assertThat(reasonWith("id", "x".repeat(300))).startsWith("header id is not allowed");
        }

        @Test
        void aForeignProtocol() {
            headers.clear();

            assertThat(reason(message("{\"job\":1}")))
                    .isEqualTo("header task is missing: not a message of Celery's protocol");
            assertThat(reason(message(BODY))).startsWith("header task is missing");
        }

        @Test
        void protocol1WithoutItsFields() {
            headers.clear();

            assertThat(reason(message("{\"task\":\"a.b\",\"args\":[],\"kwargs\":{}}")))
                    .isEqualTo("body field id is missing");
            assertThat(reason(message("{\"task\":\"a.b\",\"id\":\"1\",\"kwargs\":{}}")))
                    .isEqualTo("body: args is missing");
            assertThat(reason(message("{\"task\":\"a.b\",\"id\":\"1\",\"args\":[],\"kwargs\":{},\"eta\":4}")))
                    .isEqualTo("body field eta is not a string");
        }

        @Test
        void aBodyThatGrowsBeyondTheBoundWhenDecompressed() {
            headers.put("compression", "application/x-gzip");

            assertThat(reason(message(deflated("[\"" + "a".repeat(2 << 20) + "\"]"))))
                    .isEqualTo("body grows beyond 1048576 bytes when decompressed");
            assertThat(reason(message(gzipped("[\"" + "a".repeat(2 << 20) + "\"]"))))
                    .isEqualTo("body grows beyond 1048576 bytes when decompressed");
        }

        @Test
        void aBodyThatIsNotCompressedAsItClaims() {
            headers.put("compression", "application/x-gzip");
            assertThat(reason(message(BODY))).startsWith("body is not the zlib stream");
            byte[] whole = deflated(BODY).toArray();
            assertThat(reason(message(Bytes.wrap(Arrays.copyOf(whole, whole.length / 2)))))
                    .startsWith("body is not the zlib stream");

            headers.put("compression", "application/zstd");
            assertThat(reason(message(BODY)))
                    .isEqualTo("header compression is 'application/zstd', which is not supported");
        }

        @Test
        void aBodyThatIsNestedTooDeeply() {
            assertThat(reason(message("[".repeat(100_000))))
                    .startsWith("body cannot be read: it is nested more than 500 levels deep");
        }

        @Test
        void whatItsBrokerCouldNotReadAndKeepsTheReason() {
            InboundMessage broken =
                    new InboundMessage(message(BODY).message(), "celery", 0, Optional.of("envelope has no properties"));

            assertThat(reason(broken)).isEqualTo("envelope has no properties");
        }

        @Test
        @DisplayName("R11.8 and tells whose waiters have to be told")
        void andTellsWhoseWaitersHaveToBeTold() {
            Message message = new Message(
                    headers, MessageProperties.json(Optional.of("c-1"), Optional.of("reply")), Bytes.utf8("[]"));

            Optional<TaskRef> task = decoder.decode(InboundMessage.of(message, "celery", 0))
                    .fold(received -> Optional.empty(), Decoded.Unreadable::task);

            assertThat(task.orElseThrow().id().value()).isEqualTo("t-1");
            assertThat(task.orElseThrow().replyTo()).contains("reply");
            assertThat(task.orElseThrow().correlationId()).isEqualTo("c-1");
        }

        @Test
        @DisplayName("R12.3 without showing the payload")
        void withoutShowingThePayload() {
            assertThat(reason(message("[[\"secret\"],{} secret]"))).doesNotContain("secret");
            assertThat(reason(message("secret"))).doesNotContain("secret");
        }

        private String reasonWith(String name, @Nullable Object value) {
            Map<String, @Nullable Object> before = new LinkedHashMap<>(headers);
            headers.put(name, value);
            String reason = reason(message(BODY));
            headers.clear();
            headers.putAll(before);
            return reason;
        }
    }

    private TaskMessage received(InboundMessage inbound) {
        return decoder.decode(inbound).fold(Decoded.Received::message, unreadable -> {
            throw new AssertionError(unreadable.reason());
        });
    }

    private String reason(InboundMessage inbound) {
        return decoder.decode(inbound)
                .fold(received -> "received " + received.message().task(), Decoded.Unreadable::reason);
    }

    private InboundMessage message(String body) {
        return message(Bytes.utf8(body));
    }

    private InboundMessage message(Bytes body) {
        return message(body, Optional.of("application/json"), Optional.empty());
    }

    private InboundMessage message(String body, Optional<String> type, Optional<String> encoding) {
        return message(Bytes.utf8(body), type, encoding);
    }

    private InboundMessage message(Bytes body, Optional<String> type, Optional<String> encoding) {
        MessageProperties properties = new MessageProperties(type, encoding, Optional.empty(), Optional.empty(), true);
        return InboundMessage.of(new Message(headers, properties, body), "celery", 0);
    }

    private static Bytes deflated(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(bytes)) {
            out.write(Bytes.utf8(text).toArray());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Bytes.wrap(bytes.toByteArray());
    }

    private static Bytes gzipped(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = new GZIPOutputStream(bytes)) {
            out.write(Bytes.utf8(text).toArray());
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return Bytes.wrap(bytes.toByteArray());
    }
}
