package io.lovage.internal.wire;

import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectReader;

/**
 * Reads JSON trees as one declared type. The frequent types are read without Jackson's machinery; whatever does not fit
 * them exactly is left to Jackson, which converts or explains. Immutable.
 */
final class ValueReader {
    private static final ClassValue<ValueReader> CACHE = new ClassValue<>() {
        @Override
        protected ValueReader computeValue(Class<?> type) {
            return of(type);
        }
    };

    private final Class<?> raw;
    private final String name;
    private final ObjectReader reader;
    private final Shortcut shortcut;
    private final @Nullable Object whenNull;

    private ValueReader(JavaType type) {
        this.raw = type.getRawClass();
        this.name = type.toCanonical();
        this.reader = Json.MAPPER.readerFor(type);
        this.shortcut = shortcut(raw);
        this.whenNull = emptyOptional(raw);
    }

    /** A reader of this type. Making one looks the type up: keep it. */
    static ValueReader of(Type type) {
        return new ValueReader(Json.MAPPER.constructType(type));
    }

    /** The one reader of this class. */
    static ValueReader cached(Class<?> type) {
        return CACHE.get(type);
    }

    /** Whether a missing value has a meaning of its own: an empty optional. */
    boolean isOptional() {
        return whenNull != null;
    }

    /** The type, as an error calls it. */
    String typeName() {
        return name;
    }

    /** What stands for a value that was not sent. */
    @Nullable
    Object absent() {
        return whenNull;
    }

    /**
     * Reads a value; JSON's null is null, or an empty optional.
     *
     * @throws JacksonException when it does not fit
     */
    @Nullable
    Object read(JsonNode node) {
        if (node.isNull() && !raw.isPrimitive()) {
            return whenNull;
        }
        Object quick = shortcut.read(node);
        return quick != null ? quick : reader.readValue(node);
    }

    private static @Nullable Object emptyOptional(Class<?> raw) {
        if (raw == Optional.class) {
            return Optional.empty();
        }
        if (raw == OptionalInt.class) {
            return OptionalInt.empty();
        }
        if (raw == OptionalLong.class) {
            return OptionalLong.empty();
        }
        return raw == OptionalDouble.class ? OptionalDouble.empty() : null;
    }

    private static Shortcut shortcut(Class<?> raw) {
        if (raw == String.class) {
            return node -> node.isString() ? node.stringValue() : null;
        }
        if (raw == int.class || raw == Integer.class) {
            return node -> node.isInt() ? (Object) node.intValue() : null;
        }
        if (raw == long.class || raw == Long.class) {
            return node -> node.isInt() || node.isLong() ? (Object) node.longValue() : null;
        }
        if (raw == double.class || raw == Double.class) {
            return node -> node.isNumber() && !node.isBigInteger() ? (Object) node.doubleValue() : null;
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return node -> node.isBoolean() ? (Object) node.booleanValue() : null;
        }
        return node -> null;
    }

    /** Reads what fits exactly; null for everything else. */
    private interface Shortcut {
        @Nullable
        Object read(JsonNode node);
    }
}
