package io.lovage.spi;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the options of a URL as a whole: each read names what is allowed, {@link #finish} reports everything that is
 * wrong in one message, unknown keys included. Not thread-safe; used once.
 */
public final class UrlOptions {
    private static final Pattern DURATION = Pattern.compile("(\\d{1,12})(ms|s|m|h|d)?");

    private final Map<String, String> given;
    private final Set<String> known = new HashSet<>();
    private final List<String> errors = new ArrayList<>();
    private final String owner;

    /**
     * Begins to read.
     *
     * @param owner what the options belong to, for the error message: {@code RabbitMQ broker URL}
     */
    public UrlOptions(String owner, ServiceUrl url) {
        this.owner = owner;
        this.given = url.options();
    }

    public String text(String key, String fallback) {
        known.add(key);
        return given.getOrDefault(key, fallback);
    }

    public String oneOf(String key, String fallback, List<String> allowed) {
        String value = text(key, fallback);
        if (!allowed.contains(value)) {
            refuse(key, value, String.join(", ", allowed));
            return fallback;
        }
        return value;
    }

    public boolean flag(String key, boolean fallback) {
        return Boolean.parseBoolean(oneOf(key, Boolean.toString(fallback), List.of("true", "false")));
    }

    public int integer(String key, int fallback, int least, int most) {
        String value = text(key, Integer.toString(fallback));
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // reported below, together with what is out of range
        }
        refuse(key, value, "a whole number from " + least + " to " + most);
        return fallback;
    }

    /** A duration such as {@code 250ms}, {@code 30s}, {@code 5m}, {@code 2h}, {@code 1d}; a bare number is seconds. */
    public Duration duration(String key, Duration fallback, Duration least, Duration most) {
        String value = text(key, fallback.toMillis() + "ms");
        Matcher matcher = DURATION.matcher(value);
        if (matcher.matches()) {
            Duration duration = duration(Long.parseLong(matcher.group(1)), matcher.group(2));
            if (duration.compareTo(least) >= 0 && duration.compareTo(most) <= 0) {
                return duration;
            }
        }
        refuse(
                key,
                value,
                "a duration such as 250ms, 30s, 5m, 2h or 1d, from " + written(least) + " to " + written(most));
        return fallback;
    }

    private static Duration duration(long amount, @Nullable String unit) {
        if (unit == null) {
            return Duration.ofSeconds(amount);
        }
        return switch (unit) {
            case "ms" -> Duration.ofMillis(amount);
            case "m" -> Duration.ofMinutes(amount);
            case "h" -> Duration.ofHours(amount);
            case "d" -> Duration.ofDays(amount);
            default -> Duration.ofSeconds(amount);
        };
    }

    /** A duration as it may stand in an option, for messages to people: {@code 250ms}, {@code 10s}, {@code 1h 30m}. */
    public static String written(Duration duration) {
        if (duration.isNegative()) {
            return "-" + written(duration.negated());
        }
        StringJoiner parts = new StringJoiner(" ");
        add(parts, duration.toDaysPart(), "d");
        add(parts, duration.toHoursPart(), "h");
        add(parts, duration.toMinutesPart(), "m");
        add(parts, duration.toSecondsPart(), "s");
        add(parts, duration.toMillisPart(), "ms");
        return parts.length() == 0 ? "0s" : parts.toString();
    }

    private static void add(StringJoiner parts, long amount, String unit) {
        if (amount > 0) {
            parts.add(amount + unit);
        }
    }

    /**
     * Refuses options that are of no use without something that this URL does not have.
     *
     * @param what they need, for the error message: {@code a user in the URL}
     */
    public void without(String what, Collection<String> keys) {
        known.addAll(keys);
        for (String key : keys) {
            if (given.containsKey(key)) {
                problem(key + " needs " + what);
            }
        }
    }

    /** Notes something wrong that only the reader of the options can see. */
    public void refuse(String key, String value, String allowed) {
        errors.add(key + "=" + value + " is not allowed; allowed: " + allowed);
    }

    /** Notes something wrong that is no matter of allowed values; the sentence says what, where and what to do. */
    public void problem(String sentence) {
        errors.add(sentence);
    }

    /**
     * Ends the reading.
     *
     * @throws ConfigurationException when anything was wrong, with all of it
     */
    public void finish() {
        for (String key : given.keySet()) {
            if (!known.contains(key)) {
                errors.add(
                        key + " is not known; known: " + known.stream().sorted().toList());
            }
        }
        if (!errors.isEmpty()) {
            throw new ConfigurationException(owner + ": " + String.join("; ", errors));
        }
    }
}
