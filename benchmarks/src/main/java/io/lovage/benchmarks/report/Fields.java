package io.lovage.benchmarks.report;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One JSON object, read strictly: every key must be there and of its kind, and no other may be. What is wrong is named
 * by its whole path. Used by one thread.
 */
final class Fields {
    private static final int LONGEST_ECHO = 80;

    private final String path;
    private final JsonNode object;
    private final Set<String> asked = new HashSet<>();

    private Fields(String path, JsonNode object) {
        this.path = path;
        this.object = object;
    }

    /** Reads a whole object; whatever its values refuse is told with the object's path. */
    static <T> T read(String path, JsonNode node, Function<Fields, T> reader) {
        if (!node.isObject()) {
            throw wrong(path.isEmpty() ? "the whole" : path, node, "an object");
        }
        Fields fields = new Fields(path, node);
        T value;
        try {
            value = reader.apply(fields);
        } catch (UnusableReportException alreadyNamed) {
            throw alreadyNamed;
        } catch (IllegalArgumentException refused) {
            throw new UnusableReportException(
                    (path.isEmpty() ? "" : path + ": ") + String.valueOf(refused.getMessage()), refused);
        }
        fields.nothingElse();
        return value;
    }

    String text(String key) {
        JsonNode value = value(key);
        if (!value.isString()) {
            throw wrong(at(key), value, "a text");
        }
        return value.stringValue();
    }

    @Nullable
    String textOrNull(String key) {
        return value(key).isNull() ? null : text(key);
    }

    double number(String key) {
        Double number = numberOrNull(key);
        if (number == null) {
            throw wrong(at(key), value(key), "a number");
        }
        return number;
    }

    @Nullable
    Double numberOrNull(String key) {
        JsonNode value = value(key);
        if (value.isNull()) {
            return null;
        }
        if (!value.isNumber()) {
            throw wrong(at(key), value, "a number");
        }
        return value.doubleValue();
    }

    int whole(String key) {
        JsonNode value = value(key);
        if (!value.isIntegralNumber() || !value.canConvertToInt()) {
            throw wrong(at(key), value, "a whole number");
        }
        return value.intValue();
    }

    @Nullable
    Long wholeOrNull(String key) {
        JsonNode value = value(key);
        if (value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw wrong(at(key), value, "a whole number");
        }
        return value.longValue();
    }

    boolean flag(String key) {
        JsonNode value = value(key);
        if (!value.isBoolean()) {
            throw wrong(at(key), value, "true or false");
        }
        return value.booleanValue();
    }

    <E> E oneOf(String key, E[] values, Function<E, String> label) {
        JsonNode given = value(key);
        return Arrays.stream(values)
                .filter(value -> given.isString() && label.apply(value).equals(given.stringValue()))
                .findFirst()
                .orElseThrow(() -> wrong(
                        at(key),
                        given,
                        "one of " + Arrays.stream(values).map(label).collect(Collectors.joining(", "))));
    }

    Map<String, String> texts(String key) {
        return read(at(key), value(key), Fields::allTexts);
    }

    /** An object of objects of texts. */
    Map<String, Map<String, String>> textsByName(String key) {
        return read(at(key), value(key), fields -> {
            Map<String, Map<String, String>> all = new LinkedHashMap<>();
            fields.object.propertyNames().forEach(name -> all.put(name, fields.texts(name)));
            return all;
        });
    }

    private Map<String, String> allTexts() {
        Map<String, String> all = new LinkedHashMap<>();
        object.propertyNames().forEach(name -> all.put(name, text(name)));
        return all;
    }

    <T> T object(String key, Function<Fields, T> reader) {
        return read(at(key), value(key), reader);
    }

    <T> List<T> list(String key, Function<Fields, T> reader) {
        JsonNode array = value(key);
        if (!array.isArray()) {
            throw wrong(at(key), array, "a list");
        }
        List<T> all = new ArrayList<>();
        for (JsonNode element : array) {
            all.add(read(at(key) + "[" + all.size() + "]", element, reader));
        }
        return all;
    }

    private void nothingElse() {
        for (String key : object.propertyNames()) {
            if (!asked.contains(key)) {
                throw new UnusableReportException(at(key) + " is not known, its value is " + echo(object.path(key)));
            }
        }
    }

    private JsonNode value(String key) {
        asked.add(key);
        JsonNode value = object.get(key);
        if (value == null) {
            throw new UnusableReportException(at(key) + " is missing");
        }
        return value;
    }

    private String at(String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static UnusableReportException wrong(String where, JsonNode value, String wanted) {
        return new UnusableReportException(where + " is " + echo(value) + ", not " + wanted);
    }

    private static String echo(JsonNode value) {
        String text = value.toString();
        return text.length() <= LONGEST_ECHO ? text : text.substring(0, LONGEST_ECHO) + "…";
    }
}
