package io.lovage;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Positional and keyword arguments as they travel, for tasks that take any: JSON values, read as {@code String},
 * {@code Boolean}, {@code Long} or {@code BigInteger}, {@code Double}, {@code List}, {@code Map} and null.
 */
public record Arguments(List<@Nullable Object> args, Map<String, @Nullable Object> kwargs) {
    public Arguments {
        args = Collections.unmodifiableList(new ArrayList<>(args));
        kwargs = Collections.unmodifiableMap(new LinkedHashMap<>(kwargs));
    }

    public static Arguments none() {
        return new Arguments(List.of(), Map.of());
    }

    /** Positional arguments only. */
    public static Arguments of(@Nullable Object... args) {
        List<@Nullable Object> list = new ArrayList<>();
        Collections.addAll(list, args);
        return new Arguments(list, Map.of());
    }

    /** A copy with one more keyword argument. */
    public Arguments and(String name, @Nullable Object value) {
        Map<String, @Nullable Object> extended = new LinkedHashMap<>(kwargs);
        extended.put(name, value);
        return new Arguments(args, extended);
    }
}
