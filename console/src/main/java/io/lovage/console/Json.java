package io.lovage.console;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON on the command line. */
public final class Json {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
            .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
            .build();

    private Json() {}

    /** One line. */
    public static String line(@Nullable Object value) {
        return MAPPER.writeValueAsString(value);
    }

    /** Reads the value of {@code option}, which must be a {@code what}. */
    static <T> T read(String option, String json, Class<T> type, String what) {
        try {
            Object value = MAPPER.readValue(json, Object.class);
            if (type.isInstance(value)) {
                return type.cast(value);
            }
            throw new UsageException(option + " must be a JSON " + what + ", not " + describe(value));
        } catch (JacksonException e) {
            throw new UsageException(option + " is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static String describe(@Nullable Object value) {
        if (value instanceof Map) {
            return "an object";
        }
        return value instanceof java.util.List ? "an array" : line(value);
    }
}
