package io.lovage.internal.wire;

import io.lovage.spi.Bytes;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.type.LogicalType;

/**
 * The one JSON mapper. Binds to declared types only: no default typing, so no payload chooses a class (rule R12.1);
 * what is read has limits (see {@link JsonLimits}).
 *
 * <p>Trees keep what was sent: decimals exactly, integers of any size, Python's NaN and Infinity. Written text is
 * ASCII, as Python writes it: this also carries a lone surrogate, which UTF-8 cannot.
 */
final class Json {
    private static final Pattern ADVICE_FOR_JACKSON =
            Pattern.compile(" ?\\([^()]*(?:Feature|CoercionConfig|Deserializer|Serializer)[^()]*\\)");

    private static final Pattern CLASS = Pattern.compile("for class ([\\w.$]+)");

    static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    static final JsonMapper MAPPER = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(JsonLimits.CONSTRAINTS)
                    .build())
            .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
            .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
            .disable(JsonWriteFeature.WRITE_NAN_AS_STRINGS)
            .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
            .withCoercionConfig(
                    LogicalType.Integer,
                    config -> config.setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Float,
                    config -> config.setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Boolean,
                    config -> config.setCoercion(CoercionInputShape.String, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.EmptyString, CoercionAction.Fail))
            .withCoercionConfig(
                    LogicalType.Textual,
                    config -> config.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .addModule(PythonScalars.module())
            .build();

    private Json() {}

    /** Reads one JSON value and nothing after it. */
    static JsonNode parse(Bytes text) throws JacksonException {
        return MAPPER.readTree(text.toStream());
    }

    /**
     * Writes a tree.
     *
     * @param what how the error calls it
     * @throws UnserialisableException when no reader would take it
     */
    static Bytes write(String what, JsonNode tree) {
        try {
            byte[] text = MAPPER.writeValueAsBytes(tree);
            if (text.length > JsonLimits.HARMLESS_BYTES) {
                proveReadable(text);
            }
            return Bytes.wrap(text);
        } catch (JacksonException refused) {
            throw new UnserialisableException(what + " cannot be written as JSON: " + reason(refused), refused);
        }
    }

    /** The reader's own limits, applied by the reader itself: no second list of rules that could differ. */
    private static void proveReadable(byte[] text) {
        try (JsonParser parser = MAPPER.createParser(text)) {
            while (parser.nextToken() != null) {
                parser.finishToken();
            }
        }
    }

    /** What was wrong, without what only somebody who configures Jackson could follow. */
    static String reason(JacksonException refused) {
        String told = refused.getOriginalMessage();
        if (told.contains("no properties discovered")) {
            return "class " + nameIn(told) + " has no properties; use a record, or give it public getters or fields";
        }
        return JsonLimits.exceeded(refused)
                .orElseGet(() -> ADVICE_FOR_JACKSON.matcher(told).replaceAll(""));
    }

    private static String nameIn(String told) {
        Matcher name = CLASS.matcher(told);
        return name.find() ? name.group(1) : "of a value in it";
    }
}
