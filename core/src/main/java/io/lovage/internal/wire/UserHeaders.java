package io.lovage.internal.wire;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks headers of the user's own: they travel beside Celery's, so neither may stand for the other. */
final class UserHeaders {
    private static final Set<String> PROTOCOL = Set.of(
            "lang",
            "task",
            "id",
            "root_id",
            "parent_id",
            "group",
            "group_id",
            "group_index",
            "retries",
            "eta",
            "expires",
            "timelimit",
            "shadow",
            "argsrepr",
            "kwargsrepr",
            "origin",
            "ignore_result",
            "compression",
            "replaced_task_nesting",
            "stamped_headers",
            "stamps",
            "redelivered");

    /**
     * A Python worker makes attributes of its request out of all headers. These it has already, and one of them in
     * another meaning breaks it after the task has run: no result is stored, and whoever waits hangs.
     */
    private static final Set<String> PYTHONS = Set.of(
            "args",
            "as_execution_options",
            "callbacks",
            "called_directly",
            "chain",
            "children",
            "chord",
            "clear",
            "correlation_id",
            "delivery_info",
            "errbacks",
            "get",
            "headers",
            "hostname",
            "is_eager",
            "kwargs",
            "logfile",
            "loglevel",
            "properties",
            "reply_to",
            "taskset",
            "update",
            "utc");

    private static final String OURS = "lovage-";

    private UserHeaders() {}

    /** Adds them to {@code headers}, or refuses the first that cannot travel. */
    static void addTo(Map<String, @Nullable Object> headers, Map<String, ? extends @Nullable Object> added) {
        for (Map.Entry<String, ? extends @Nullable Object> header : added.entrySet()) {
            String name = header.getKey();
            if (taken(name)) {
                throw new IllegalArgumentException("header name '" + name + "' is used by the protocol");
            }
            headers.put(name, value(name, header.getValue()));
        }
    }

    /** Those that are not the protocol's. */
    static Map<String, @Nullable Object> ownOnly(Map<String, ? extends @Nullable Object> all) {
        Map<String, @Nullable Object> own = new LinkedHashMap<>();
        for (Map.Entry<String, ? extends @Nullable Object> header : all.entrySet()) {
            String name = header.getKey();
            if (!taken(name)) {
                own.put(name, value(name, header.getValue()));
            }
        }
        return own;
    }

    private static boolean taken(String name) {
        return name.isEmpty()
                || name.startsWith("_")
                || name.startsWith(OURS)
                || PROTOCOL.contains(name)
                || PYTHONS.contains(name);
    }

    private static @Nullable Object value(String name, @Nullable Object value) {
        if (value == null
                || value instanceof String
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long) {
            return value;
        }
        if (value instanceof Short || value instanceof Byte) {
            return ((Number) value).intValue();
        }
        if ((value instanceof Double || value instanceof Float) && Double.isFinite(((Number) value).doubleValue())) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            for (Object element : list) {
                copy.add(value(name, element));
            }
            return copy;
        }
        if (value instanceof Map<?, ?> map) {
            return map(name, map);
        }
        throw new IllegalArgumentException("header '" + name + "' holds a "
                + value.getClass().getName() + ": headers carry text, booleans, numbers, lists, maps and null");
    }

    private static Map<String, @Nullable Object> map(String name, Map<?, ?> map) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            if (!(entry.getKey() instanceof String key)) {
                throw new IllegalArgumentException("header '" + name + "' holds a map whose keys are not text");
            }
            copy.put(key, value(name, entry.getValue()));
        }
        return copy;
    }
}
