package io.lovage;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * How a signature is sent. Immutable. Written through the methods of {@link Signature}.
 *
 * @param start when it may start at the earliest
 * @param expiry when it may start at the latest
 * @param priority 0 to 9, higher first
 * @param hardTimeLimit after this much running time the task has failed, whatever its handler still does
 * @param headers the user's own
 * @param compressed whether the body travels compressed
 * @param followers what is sent when the task has ended
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
        Map<String, Object> headers,
        boolean compressed,
        Followers followers) {
    public static final SendOptions NONE = new SendOptions(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            0,
            false,
            Optional.empty(),
            Optional.empty(),
            Map.of(),
            false,
            Followers.NONE);

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
                headers,
                compressed,
                followers);
    }

    public SendOptions withQueue(String value) {
        return new SendOptions(
                id,
                Optional.of(value),
                start,
                expiry,
                priority,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                headers,
                compressed,
                followers);
    }

    public SendOptions withStart(Moment value) {
        return new SendOptions(
                id,
                queue,
                Optional.of(value),
                expiry,
                priority,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                headers,
                compressed,
                followers);
    }

    public SendOptions withExpiry(Moment value) {
        return new SendOptions(
                id,
                queue,
                start,
                Optional.of(value),
                priority,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                headers,
                compressed,
                followers);
    }

    public SendOptions withPriority(int value) {
        return new SendOptions(
                id,
                queue,
                start,
                expiry,
                value,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                headers,
                compressed,
                followers);
    }

    public SendOptions ignoringResult() {
        return new SendOptions(
                id, queue, start, expiry, priority, true, softTimeLimit, hardTimeLimit, headers, compressed, followers);
    }

    public SendOptions withSoftTimeLimit(Duration value) {
        return new SendOptions(
                id,
                queue,
                start,
                expiry,
                priority,
                ignoreResult,
                Optional.of(value),
                hardTimeLimit,
                headers,
                compressed,
                followers);
    }

    public SendOptions withHardTimeLimit(Duration value) {
        return new SendOptions(
                id,
                queue,
                start,
                expiry,
                priority,
                ignoreResult,
                softTimeLimit,
                Optional.of(value),
                headers,
                compressed,
                followers);
    }

    public SendOptions withHeader(String name, Object value) {
        Map<String, Object> extended = new LinkedHashMap<>(headers);
        extended.put(name, value);
        return new SendOptions(
                id,
                queue,
                start,
                expiry,
                priority,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                extended,
                compressed,
                followers);
    }

    public SendOptions compressing() {
        return new SendOptions(
                id,
                queue,
                start,
                expiry,
                priority,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                headers,
                true,
                followers);
    }

    public SendOptions withFollowers(Followers value) {
        return new SendOptions(
                id,
                queue,
                start,
                expiry,
                priority,
                ignoreResult,
                softTimeLimit,
                hardTimeLimit,
                headers,
                compressed,
                value);
    }

    /**
     * What follows a task, and how it follows one itself. Immutable.
     *
     * @param links sent when the task has succeeded, with its result before their own arguments
     * @param errorLinks sent when it has failed, with its id before their own arguments
     * @param immutable whether this call, where it follows another one, gets its own arguments only
     */
    public record Followers(List<Signature<?, ?>> links, List<Signature<?, ?>> errorLinks, boolean immutable) {
        public static final Followers NONE = new Followers(List.of(), List.of(), false);

        public Followers {
            links = List.copyOf(links);
            errorLinks = List.copyOf(errorLinks);
        }

        public Followers withLink(Signature<?, ?> next) {
            return new Followers(appended(links, next), errorLinks, immutable);
        }

        public Followers withErrorLink(Signature<?, ?> next) {
            return new Followers(links, appended(errorLinks, next), immutable);
        }

        public Followers asImmutable() {
            return new Followers(links, errorLinks, true);
        }

        private static List<Signature<?, ?>> appended(List<Signature<?, ?>> list, Signature<?, ?> last) {
            List<Signature<?, ?>> longer = new ArrayList<>(list);
            longer.add(last);
            return longer;
        }
    }
}
