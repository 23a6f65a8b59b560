package io.lovage.envelope;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Bytes;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

@DisplayName("Kombu's envelope")
class EnvelopeTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final MessageProperties PROPERTIES = new MessageProperties(
            Optional.of("application/json"), Optional.of("utf-8"), Optional.of("id-1"), Optional.of("reply-1"), true);

    /** The envelopes that real Celery 5.2.6 and 5.6.2 pushed to Redis. */
    static Stream<String> captured() {
        return Stream.of("redis", "redis-celery-5.6.2")
                .flatMap(EnvelopeTest::files)
                .flatMap(EnvelopeTest::rawOf);
    }

    @ParameterizedTest
    @MethodSource("captured")
    void ofRealCeleryIsReadAndWrittenAgainAsItWas(String raw) {
        ObjectNode celerys = (ObjectNode) JSON.readTree(raw);
        Envelope read = Envelope.read(raw.getBytes(StandardCharsets.UTF_8));

        assertThat(read.defect()).isEmpty();
        String routingKey = celerys.at("/properties/delivery_info/routing_key").stringValue();
        ObjectNode ours = (ObjectNode) JSON.readTree(Envelope.write(read.message(), routingKey, read.priority()));
        assertThat(withoutItsOwn(ours)).isEqualTo(withoutItsOwn(celerys));
    }

    /** Every copy has a tag of its own; the broker's own expiration is never written, it drops silently (R8.1). */
    private static ObjectNode withoutItsOwn(ObjectNode envelope) {
        ObjectNode properties = (ObjectNode) envelope.get("properties");
        assertThat(properties.remove("delivery_tag").stringValue()).hasSize(36);
        properties.remove("expiration");
        return envelope;
    }

    @Test
    void carriesEveryBodyAndEveryKindOfHeader() {
        byte[] everyByte = new byte[256];
        for (int i = 0; i < everyByte.length; i++) {
            everyByte[i] = (byte) i;
        }
        Map<String, @Nullable Object> headers = new LinkedHashMap<>();
        headers.put("null", null);
        headers.put("long", Long.MAX_VALUE);
        headers.put("text", "\uD83C\uDF3F ÄÖ\u0000\"");
        headers.put("list", Arrays.asList(1, null, List.of("x"), Map.of("y", true)));
        Message sent = new Message(headers, PROPERTIES, Bytes.copyOf(everyByte));

        assertThat(Envelope.read(Envelope.write(sent, "queue", 3))).isEqualTo(new Envelope(sent, 3, Optional.empty()));
    }

    /** The generator hands on what it has gathered, in one piece or in several. */
    @ParameterizedTest
    @CsvSource({"0, 0", "2240, 1", "2250, 1", "5000, 0", "5000, 20000", "0, 20000", "1048576, 20000"})
    void isWholeWhateverItsLength(int bodyLength, int headerLength) {
        byte[] body = new byte[bodyLength];
        new Random(bodyLength).nextBytes(body);
        Message sent = new Message(Map.of("text", "x".repeat(headerLength)), PROPERTIES, Bytes.wrap(body));

        assertThat(Envelope.read(Envelope.write(sent, "queue", 3))).isEqualTo(new Envelope(sent, 3, Optional.empty()));
    }

    @Test
    void tellsTheDeliveriesOfEarlierCopies() {
        Message copy = new Message(Map.of(LovageHeaders.DELIVERY_COUNT, 4), PROPERTIES, Bytes.utf8("{}"));

        assertThat(Envelope.read(Envelope.write(copy, "queue", 0)).countInHeader())
                .isEqualTo(4);
        assertThat(Envelope.read(Envelope.write(copy.withHeader(LovageHeaders.DELIVERY_COUNT, "x"), "queue", 0))
                        .countInHeader())
                .isZero();
    }

    @Nested
    @DisplayName("that cannot be read (R10.6)")
    class Defective {
        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                nonsense                           | what lies in the queue is not JSON, see byte
                [1]                                | what lies in the queue is not a JSON object
                {"body": ""} {}                    | something follows the JSON object
                {"headers": {}}                    | the envelope has no body
                {"body": ["x"]}                    | the envelope has no body
                {"body": "%", "properties": {"body_encoding": "base64"}} | the body in the envelope is not base64
                {"body": "{}", "properties": {}}   | no properties.delivery_info
                """)
        void saysWhatIsWrong(String raw, String reason) {
            assertThat(Envelope.read(raw.getBytes(StandardCharsets.UTF_8)).defect())
                    .hasValueSatisfying(defect -> assertThat(defect).contains(reason));
        }

        @Test
        @DisplayName("R12.3 the reason, which is logged, quotes nothing of it")
        void isNotQuoted() {
            assertThat(Envelope.read("password=hunter2".getBytes(StandardCharsets.UTF_8))
                            .defect()
                            .orElseThrow())
                    .doesNotContain("password", "hunter2");
        }

        @Test
        void keepsAllBytesOfWhatIsNoEnvelopeAtAll() {
            byte[] noise = {(byte) 0xff, 0, 1, 2};

            assertThat(Envelope.read(noise).message().body()).isEqualTo(Bytes.copyOf(noise));
        }

        /** Bytes changed, cut out and doubled anywhere: read, or told as a defect, but nothing is ever thrown. */
        @Test
        void neverThrows() {
            Random random = new Random(7);
            byte[] good = Envelope.write(new Message(Map.of("a", 1), PROPERTIES, Bytes.utf8("[[],{},{}]")), "queue", 0);
            for (int round = 0; round < 20_000; round++) {
                byte[] bad = mutated(good, random);
                assertThat(Envelope.read(bad)).isNotNull();
            }
        }

        private byte[] mutated(byte[] good, Random random) {
            byte[] bad = Arrays.copyOf(good, good.length - random.nextInt(3) * random.nextInt(good.length / 3));
            for (int i = random.nextInt(4); i >= 0; i--) {
                bad[random.nextInt(bad.length)] = (byte) random.nextInt();
            }
            return bad;
        }
    }

    private static Stream<Path> files(String folder) {
        try (Stream<Path> files = Files.list(
                Path.of(EnvelopeTest.class.getResource("/golden/" + folder).toURI()))) {
            return files.sorted().toList().stream();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        } catch (URISyntaxException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static Stream<String> rawOf(Path file) {
        JsonNode messages = JSON.readTree(file).path("messages");
        return StreamSupport.stream(messages.spliterator(), false)
                .filter(message -> message.has("raw"))
                .map(message -> message.get("raw").stringValue());
    }
}
