package io.lovage.internal.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.internal.wire.Golden.GoldenMessage;
import io.lovage.spi.Bytes;
import io.lovage.spi.InboundMessage;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Breaks real messages in every way that comes to mind. The seed is in each failure; {@code -Dlovage.test.seed} repeats
 * it.
 */
@DisplayName("R10.6 Reading messages that are broken at random")
class MutatedMessagesTest {
    private static final int ROUNDS = 20_000;
    private static final long SEED = Long.getLong("lovage.test.seed", System.nanoTime());
    private static final List<@Nullable Object> ODD_VALUES = Arrays.asList(
            null,
            "",
            "x",
            -1,
            7L,
            Long.MAX_VALUE,
            1.5,
            Double.NaN,
            true,
            List.of(),
            Arrays.asList(null, null, null),
            List.of(1, "a"),
            Map.of(),
            Map.of("a", List.of()),
            new Object(),
            "2030-01-02T03:04:05Z");
    private static final List<String> ODD_TREES = List.of(
            "null",
            "0",
            "-1",
            "1.5",
            "NaN",
            "1e400",
            "true",
            "\"\"",
            "\"x\"",
            "[]",
            "{}",
            "[[]]",
            "{\"a\":{}}",
            "1e999999999",
            "123456789012345678901234567890",
            "{\"__type__\":\"date\",\"__value__\":\"x\"}");

    private final MessageDecoder decoder = new MessageDecoder(1 << 16);
    private final Random random = new Random(SEED);

    @Test
    void givesAnAnswerToEachAndNeverThrows() {
        List<GoldenMessage> goldens = Golden.messages().toList();
        int unreadable = 0;
        for (int round = 0; round < ROUNDS; round++) {
            GoldenMessage golden = goldens.get(random.nextInt(goldens.size()));
            InboundMessage broken = mutated(golden);
            try {
                unreadable += decoder.decode(broken).fold(MutatedMessagesTest::used, MutatedMessagesTest::told);
            } catch (RuntimeException | StackOverflowError thrown) {
                throw new AssertionError("seed " + SEED + ", round " + round + ", " + golden, thrown);
            }
        }
        assertThat(unreadable).as("seed " + SEED).isBetween(ROUNDS / 10, ROUNDS);
    }

    private static int used(Decoded.Received received) {
        assertThat(received.message().task()).isNotEmpty();
        assertThat(received.message().arguments()).isNotNull();
        assertThat(SignatureWriter.embed(received.message().embed())).isNotNull();
        return 0;
    }

    private static int told(Decoded.Unreadable unreadable) {
        assertThat(unreadable.reason()).matches("(header|property|body)[ :].+").hasSizeLessThan(300);
        return 1;
    }

    private InboundMessage mutated(GoldenMessage golden) {
        Message message = golden.inbound().message();
        return switch (random.nextInt(6)) {
            case 0 -> inbound(headersChanged(message), message.properties(), message.body());
            case 1 -> inbound(message.headers(), propertiesChanged(message.properties()), message.body());
            case 2 -> inbound(message.headers(), message.properties(), bytesChanged(message.body()));
            case 3 -> inbound(Map.of(), message.properties(), message.body());
            default ->
                inbound(
                        message.headers(),
                        message.properties(),
                        Json.write("test", treeChanged(golden.body().deepCopy())));
        };
    }

    private static InboundMessage inbound(
            Map<String, @Nullable Object> headers, MessageProperties properties, Bytes body) {
        return InboundMessage.of(new Message(headers, properties, body), "celery", 0);
    }

    private Map<String, @Nullable Object> headersChanged(Message message) {
        Map<String, @Nullable Object> headers = new LinkedHashMap<>(message.headers());
        if (headers.isEmpty()) {
            return headers;
        }
        String name = new ArrayList<>(headers.keySet()).get(random.nextInt(headers.size()));
        if (random.nextInt(4) == 0) {
            headers.remove(name);
        } else {
            headers.put(random.nextInt(8) == 0 ? "compression" : name, any(ODD_VALUES));
        }
        return headers;
    }

    private MessageProperties propertiesChanged(MessageProperties properties) {
        Optional<String> odd = Optional.ofNullable(any(Arrays.asList(null, "", "x", "text/plain", "\u0001")));
        return switch (random.nextInt(3)) {
            case 0 -> new MessageProperties(odd, odd, odd, odd, false);
            case 1 ->
                new MessageProperties(
                        odd, properties.contentEncoding(), properties.correlationId(), properties.replyTo(), true);
            default -> new MessageProperties(properties.contentType(), odd, odd, odd, true);
        };
    }

    private Bytes bytesChanged(Bytes body) {
        byte[] bytes = body.toArray();
        switch (random.nextInt(4)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> bytes = Base64.getEncoder().encode(bytes);
            case 2 -> random.nextBytes(bytes);
            default -> bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return Bytes.wrap(bytes);
    }

    /** Replaces, removes or adds something at a random place. */
    private JsonNode treeChanged(JsonNode tree) {
        JsonNode odd = Json.MAPPER.readTree(any(ODD_TREES));
        if (tree.isEmpty() || random.nextInt(6) == 0) {
            return odd;
        }
        int place = random.nextInt(tree.size());
        if (tree instanceof ArrayNode array) {
            if (random.nextInt(4) == 0) {
                array.remove(place);
            } else {
                array.set(place, treeChanged(array.get(place)));
            }
        } else if (tree instanceof ObjectNode map) {
            String key = List.copyOf(map.propertyNames()).get(place);
            if (random.nextInt(4) == 0) {
                map.remove(key);
            } else {
                map.set(key, treeChanged(map.get(key)));
            }
        }
        return tree;
    }

    private <T extends @Nullable Object> T any(List<T> values) {
        return values.get(random.nextInt(values.size()));
    }
}
