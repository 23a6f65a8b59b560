package io.lovage;

import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How a signature is sent. Immutable. Written through the methods of {@link Signature}.
 *
 * @param start when it may start at the earliest
 * @param expiry when it may start at the latest
 * @param priority 0 to 9, higher first
 * @param hardTimeLimit carried for workers that can end a running task; a thread cannot be ended, so Lovage's worker
 *     only reports it
 * @param headers the user's own
 */
public record SendOptions(
        Optional<String> id,
        Optional<String> queue,
        Optional<Moment> start,
        Optional<Moment> expiry,
        int priority,
        boolean ignoreResult,
        Optional<Duration> softTimeLimit,
        Optional<Duration> hardTimeLimit,
        Map<String, Object> headers) {
    public static final SendOptions NONE = new SendOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            false,
            Optional.empty(),
            Optional.empty(),
            Map.of());

    private static final int HIGHEST_PRIORITY = 9;

    public SendOptions {
        if (priority < 0 || priority > HIGHEST_PRIORITY) {
            throw new IllegalArgumentException("priority must be 0 to " + HIGHEST_PRIORITY + ", was " + priority);
        }
        headers = headers.isEmpty() ? Map.of() : Collections.unmodifiableMap(new LinkedHashMap<>(headers));
    }

    /** A point in time, told relative to the sending or absolutely. */
    public sealed interface Moment {
        Instant resolve(Instant now);
    }

    /** So long after the sending. */
    public record After(Duration duration) implements Moment {
        public After {
            if (duration.isNegative()) {
                throw new IllegalArgumentException("a duration into the past: " + duration);
            }
        }

        @Override
        public Instant resolve(Instant now) {
            return now.plus(duration);
        }
    }

    /** At this instant. */
    public record At(Instant instant) implements Moment {
        @Override
        public Instant resolve(Instant now) {
            return instant;
        }
    }

    public SendOptions withId(String value) {
        return new SendOptions(
                Optional.of(value),
                queue,
                start,
                expiry,
                priority,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                headers);
    }

    public SendOptions withQueue(String value) {
        return new SendOptions(
                id, Optional.of(value), start, expiry, priority, ignoreResult, softTimeLimit, hardTimeLimit, headers);
    }

    public SendOptions withStart(Moment value) {
        return new SendOptions(
                id, queue, Optional.of(value), expiry, priority, ignoreResult, softTimeLimit, hardTimeLimit, headers);
    }

    public SendOptions withExpiry(Moment value) {
        return new SendOptions(
                id, queue, start, Optional.of(value), priority, ignoreResult, softTimeLimit, hardTimeLimit, headers);
    }

    public SendOptions withPriority(int value) {
        return new SendOptions(id, queue, start, expiry, value, ignoreResult, softTimeLimit, hardTimeLimit, headers);
    }

    public SendOptions ignoringResult() {
        return new SendOptions(id, queue, start, expiry, priority, true, softTimeLimit, hardTimeLimit, headers);
    }

    public SendOptions withSoftTimeLimit(Duration value) {
        return new SendOptions(
                id, queue, start, expiry, priority, ignoreResult, Optional.of(value), hardTimeLimit, headers);
    }

    public SendOptions withHardTimeLimit(Duration value) {
        return new SendOptions(
                id, queue, start, expiry, priority, ignoreResult, softTimeLimit, Optional.of(value), headers);
    }

    public SendOptions withHeader(String name, Object value) {
        Map<String, Object> extended = new LinkedHashMap<>(headers);
        extended.put(name, value);
        return new SendOptions(
                id, queue, start, expiry, priority, ignoreResult, softTimeLimit, hardTimeLimit, extended);
    }
}
