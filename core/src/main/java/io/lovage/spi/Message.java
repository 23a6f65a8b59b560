package io.lovage.spi;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What travels: headers, properties and body, in Celery's message protocol v2. Immutable as long as the values inside
 * {@code headers} are: strings, booleans, {@code Integer}, {@code Long}, {@code Double}, lists, maps and null.
 *
 * @param headers in the order in which they are sent; values may be null, as in Celery
 */
public record Message(Map<String, @Nullable Object> headers, MessageProperties properties, Bytes body) {
    public Message {
        headers = headers instanceof Headers ? headers : new Headers(new LinkedHashMap<>(headers));
    }

    /** Takes {@code headers} over without copying; the caller must not touch them any more. */
    public static Message owning(Map<String, @Nullable Object> headers, MessageProperties properties, Bytes body) {
        return new Message(new Headers(headers), properties, body);
    }

    /** The header's value, or null when it is missing or null. */
    public @Nullable Object header(String name) {
        return headers.get(name);
    }

    /** A copy with one header set; the original stays as it was. */
    public Message withHeader(String name, @Nullable Object value) {
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(headers);
        copy.put(name, value);
        return owning(copy, properties, body);
    }

    /** A copy without the named header. */
    public Message withoutHeader(String name) {
        if (!headers.containsKey(name)) {
            return this;
        }
        Map<String, @Nullable Object> copy = new LinkedHashMap<>(headers);
        copy.remove(name);
        return owning(copy, properties, body);
    }
}
