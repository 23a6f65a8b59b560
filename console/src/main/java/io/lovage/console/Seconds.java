package io.lovage.console;

import java.math.BigDecimal;
import java.time.Duration;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time in seconds, more than 0 and at most a year; fractions are allowed. */
final class Seconds implements ITypeConverter<Duration> {
    static final Duration LONGEST = Duration.ofDays(365);
    private static final int DIGITS_OF_A_MILLI = 3;

    @Override
    public Duration convert(String value) {
        try {
            BigDecimal seconds = new BigDecimal(value.strip());
            if (seconds.signum() > 0 && seconds.compareTo(BigDecimal.valueOf(LONGEST.toSeconds())) <= 0) {
                return Duration.ofMillis(
                        Math.max(1, seconds.movePointRight(DIGITS_OF_A_MILLI).longValue()));
            }
        } catch (NumberFormatException e) {
            throw refused(value);
        }
        throw refused(value);
    }

    private static TypeConversionException refused(String value) {
        return new TypeConversionException(
                "'" + value + "' is not a number of seconds above 0 and up to " + LONGEST.toSeconds());
    }
}
