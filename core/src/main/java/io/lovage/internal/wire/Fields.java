package io.lovage.internal.wire;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The fields that describe a task, with their types checked: headers in protocol v2, keys of the body in v1. Null means
 * absent, as in Celery.
 *
 * @param where how a fault calls them: {@code header}
 */
record Fields(String where, Map<String, ? extends @Nullable Object> values) {
    /** A hundred years: as long as anything may take, and far from where adding to a time overflows. */
    private static final BigDecimal LONGEST_SECONDS =
            BigDecimal.valueOf(Duration.ofDays(36_500).toSeconds());

    Optional<String> text(String name) throws WireFault {
        Object value = values.get(name);
        if (value == null) {
            return Optional.empty();
        }
        if (value instanceof String text) {
            return Optional.of(text);
        }
        throw fault(name, "is not a string");
    }

    String required(String name) throws WireFault {
        String value = text(name).orElseThrow(() -> fault(name, "is missing"));
        if (value.isEmpty()) {
            throw fault(name, "is empty");
        }
        return value;
    }

    /** An integer from 0 to the largest int. */
    OptionalInt count(String name) throws WireFault {
        Object value = values.get(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        if (!(value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte)) {
            throw fault(name, "is not an integer");
        }
        long number = ((Number) value).longValue();
        if (number < 0 || number > Integer.MAX_VALUE) {
            throw fault(name, "is out of range: " + number);
        }
        return OptionalInt.of((int) number);
    }

    boolean flag(String name) throws WireFault {
        Object value = values.get(name);
        if (value == null) {
            return false;
        }
        if (value instanceof Boolean flag) {
            return flag;
        }
        throw fault(name, "is not a boolean");
    }

    Optional<Instant> time(String name) throws WireFault {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Optional<Instant> time = WireTime.instant(text.get());
        if (time.isEmpty()) {
            throw fault(name, "is not a time in ISO-8601");
        }
        return time;
    }

    /** The hard limit, then the soft one: that is Celery's order. */
    Limits limits(String name) throws WireFault {
        Object value = values.get(name);
        if (value == null) {
            return Limits.NONE;
        }
        if (!(value instanceof List<?> pair)) {
            throw fault(name, "is not a list");
        }
        if (pair.isEmpty()) {
            return Limits.NONE;
        }
        if (pair.size() != 2) {
            throw fault(name, "has " + pair.size() + " elements, not the hard and the soft limit");
        }
        return pair.get(0) == null && pair.get(1) == null
                ? Limits.NONE
                : new Limits(limit(name, pair.get(0)), limit(name, pair.get(1)));
    }

    /** A number of seconds; empty for none, for zero and for less. */
    Optional<Duration> seconds(String name) throws WireFault {
        Object value = values.get(name);
        boolean negative = value instanceof Number number && number.doubleValue() < 0;
        return negative ? Optional.empty() : limit(name, value);
    }

    private Optional<Duration> limit(String name, @Nullable Object value) throws WireFault {
        if (value == null) {
            return Optional.empty();
        }
        BigDecimal seconds = seconds(name, value);
        if (seconds.signum() < 0 || seconds.compareTo(LONGEST_SECONDS) > 0) {
            throw fault(name, "is out of range");
        }
        if (seconds.signum() == 0) {
            return Optional.empty();
        }
        long whole = seconds.longValue();
        long nanos =
                seconds.subtract(BigDecimal.valueOf(whole)).movePointRight(9).longValue();
        return Optional.of(Duration.ofSeconds(whole, nanos));
    }

    private BigDecimal seconds(String name, Object value) throws WireFault {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        if (value instanceof Double || value instanceof Float) {
            double number = ((Number) value).doubleValue();
            if (Double.isFinite(number)) {
                return BigDecimal.valueOf(number);
            }
        }
        if (value instanceof BigInteger number && number.bitLength() < Long.SIZE) {
            return new BigDecimal(number);
        }
        throw fault(name, "holds something that is no number of seconds");
    }

    private WireFault fault(String name, String problem) {
        return new WireFault(where + " " + name + " " + problem);
    }

    /** Time limits of a task. */
    record Limits(Optional<Duration> hard, Optional<Duration> soft) {
        static final Limits NONE = new Limits(Optional.empty(), Optional.empty());
    }
}
