package io.lovage.console;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** JSON on the command line. */
public final class Json {
    /** As many digits as messages may hold. */
    private static final int LONGEST_NUMBER = 4_300;

    private static final Pattern FOR_PROGRAMMERS = Pattern.compile(
            " ?\\(start marker at \\[.*?]\\)| ?\\([^()]*(?:Feature|StreamReadConstraints)[^()]*\\(?\\)?`?\\)");
    private static final int LONGEST_ECHO = 100;

    private static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNumberLength(LONGEST_NUMBER)
                            .build())
                    .build())
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
            throw new UsageException(option + " is not valid JSON" + place(e) + ": " + reason(e), e);
        }
    }

    /** What stands on the command line, or in the file it names: {@code @FILE}. No JSON begins with that sign. */
    static String textOrFile(String option, String given) {
        if (!given.startsWith("@")) {
            return given;
        }
        String file = given.substring(1);
        try {
            return Files.readString(Path.of(file));
        } catch (IOException | InvalidPathException e) {
            throw new UsageException(
                    option + ": cannot read file '" + file + "': "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    private static String place(JacksonException e) {
        TokenStreamLocation at = e.getLocation();
        return at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")";
    }

    private static String reason(JacksonException e) {
        return e instanceof StreamConstraintsException && e.getOriginalMessage().startsWith("Number")
                ? "a number has more than " + LONGEST_NUMBER + " digits"
                : FOR_PROGRAMMERS.matcher(e.getOriginalMessage()).replaceAll("");
    }

    private static String describe(@Nullable Object value) {
        if (value instanceof Map) {
            return "an object";
        }
        return value instanceof java.util.List ? "an array" : echo(line(value));
    }

    private static String echo(String text) {
        return text.length() <= LONGEST_ECHO ? text : text.substring(0, LONGEST_ECHO) + "…";
    }
}
