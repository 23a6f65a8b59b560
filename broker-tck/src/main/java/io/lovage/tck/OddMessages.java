package io.lovage.tck;

import io.lovage.spi.Bytes;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Messages that are easily damaged on the way (rule R1.5). */
final class OddMessages {
    private static final int MEBIBYTE = 1 << 20;

    /** One or two of each plane of Unicode that has characters, a combining one, and U+0000. */
    private static final String EVERY_PLANE = new StringBuilder("a\u00e9\u0000e\u0301\u4e2d\uffee")
            .appendCodePoint(0x1F600)
            .appendCodePoint(0x2070E)
            .appendCodePoint(0x30000)
            .appendCodePoint(0xE0101)
            .appendCodePoint(0xF0000)
            .appendCodePoint(0x10FFFD)
            .toString();

    private OddMessages() {}

    static List<Message> all() {
        byte[] random = new byte[MEBIBYTE];
        new Random(1).nextBytes(random);
        return List.of(
                Messages.named("empty", Bytes.empty()),
                Messages.named("every-byte", Bytes.wrap(everyByte())),
                Messages.named("mebibyte", Bytes.wrap(random)),
                Messages.named("planes", Bytes.wrap(EVERY_PLANE.getBytes(StandardCharsets.UTF_8))),
                headers(),
                properties());
    }

    private static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }

    private static Message headers() {
        Map<String, @Nullable Object> nested = new LinkedHashMap<>();
        nested.put("list", Arrays.asList(1, null, "two", List.of(), Map.of("deep", List.of(Long.MIN_VALUE))));
        nested.put("null", null);
        return Messages.named("headers")
                .withHeader("text", EVERY_PLANE.replace("\u0000", ""))
                .withHeader("empty", "")
                .withHeader("\u00fcn\u00efcode", "name")
                .withHeader("null", null)
                .withHeader("int", Integer.MIN_VALUE)
                .withHeader("long", Long.MAX_VALUE)
                .withHeader("double", 0.1)
                .withHeader("true", true)
                .withHeader("timelimit", Arrays.asList(null, null))
                .withHeader("nested", nested)
                .withHeader("long-text", "x".repeat(10_000));
    }

    private static Message properties() {
        return new Message(
                Messages.named("properties").headers(),
                new MessageProperties(
                        Optional.of("application/x-other"),
                        Optional.of("binary"),
                        Optional.of("properties"),
                        Optional.of("reply-to-me"),
                        true),
                Bytes.utf8("{}"));
    }

    /** The same value with all whole numbers as {@code Long}: their width is not part of the contract. */
    static @Nullable Object wide(@Nullable Object value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> wide = new ArrayList<>();
            list.forEach(element -> wide.add(wide(element)));
            return wide;
        }
        if (value instanceof Map<?, ?> map) {
            Map<@Nullable Object, @Nullable Object> wide = new LinkedHashMap<>();
            map.forEach((key, element) -> wide.put(key, wide(element)));
            return Collections.unmodifiableMap(wide);
        }
        return value;
    }
}
