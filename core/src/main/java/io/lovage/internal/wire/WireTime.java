package io.lovage.internal.wire;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.ResolverStyle;
import java.time.temporal.TemporalAccessor;
import java.util.Locale;
import java.util.Optional;

/**
 * Points in time as Celery writes them: ISO-8601. Read with no fraction or 1 to 9 digits, {@code Z}, any offset, or
 * none (UTC). Written in UTC with exactly six digits: Celery 5.2 drops a task whose eta has nanoseconds.
 */
final class WireTime {
    private static final DateTimeFormatter WRITTEN =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSxxx", Locale.ROOT);

    private static final DateTimeFormatter READ = new DateTimeFormatterBuilder()
            .parseCaseInsensitive()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .optionalStart()
            .appendPattern("['T'][' ']")
            .append(DateTimeFormatter.ISO_LOCAL_TIME)
            .optionalStart()
            .appendOffset("+HH:MM:ss", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HHMMss", "Z")
            .optionalEnd()
            .optionalStart()
            .appendOffset("+HH", "Z")
            .optionalEnd()
            .optionalEnd()
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    /** Python's datetime ends here. */
    private static final int LAST_YEAR = 9999;

    private static final double NANOS = 1e9;

    private WireTime() {}

    /**
     * Writes microseconds and {@code +00:00}.
     *
     * @throws IllegalArgumentException when Python has no such time
     */
    static String format(Instant instant) {
        OffsetDateTime utc = instant.atOffset(ZoneOffset.UTC);
        if (utc.getYear() < 1 || utc.getYear() > LAST_YEAR) {
            throw new IllegalArgumentException(
                    "a time on the wire lies in the years 1 to " + LAST_YEAR + ", not in " + utc.getYear());
        }
        return WRITTEN.format(utc);
    }

    /** Whole seconds as an integer, as Celery users write them; others as a float. */
    static Number seconds(Duration duration) {
        if (duration.getNano() != 0) {
            return duration.getSeconds() + duration.getNano() / NANOS;
        }
        long whole = duration.getSeconds();
        if (whole == (int) whole) {
            return (int) whole;
        }
        return whole;
    }

    /** Reads an instant; empty when it is none. */
    static Optional<Instant> instant(String text) {
        return read(text).flatMap(WireTime::toInstant);
    }

    /** Reads an {@code OffsetDateTime}, {@code LocalDateTime} or {@code LocalDate}, whatever it is; empty when none. */
    static Optional<TemporalAccessor> read(String text) {
        try {
            return Optional.of(READ.parseBest(text, OffsetDateTime::from, LocalDateTime::from, LocalDate::from));
        } catch (DateTimeException notOne) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> toInstant(TemporalAccessor time) {
        if (time instanceof OffsetDateTime zoned) {
            return Optional.of(zoned.toInstant());
        }
        return time instanceof LocalDateTime plain ? Optional.of(plain.toInstant(ZoneOffset.UTC)) : Optional.empty();
    }
}
