package io.lovage.kafka;

import java.time.Duration;
import java.util.OptionalLong;

/**
 * The brokers' time, as it was told with every record they appended: never ahead of it, and behind by no more than an
 * answer takes (rules R5.1, R4.6). What was told long ago is forgotten, since clocks do not run equally fast. Belongs
 * to one thread.
 */
final class BrokersClock {
    private static final long KEPT_NANOS = Duration.ofSeconds(10).toNanos();
    private static final long MILLI = 1_000_000;

    /** The best of the current period and of the one before: brokers' time minus ours, in nanoseconds. */
    private OptionalLong current = OptionalLong.empty();

    private OptionalLong previous = OptionalLong.empty();
    private long periodBegan;

    BrokersClock(long nanoTime) {
        this.periodBegan = nanoTime;
    }

    /** A broker's clock showed {@code brokerMillis}, at {@code nanoTime} or before. */
    void told(long brokerMillis, long nanoTime) {
        turn(nanoTime);
        long ahead = brokerMillis * MILLI - nanoTime;
        current = OptionalLong.of(Math.max(ahead, current.orElse(Long.MIN_VALUE)));
    }

    /** In milliseconds; empty when nobody told it of late. */
    OptionalLong now(long nanoTime) {
        turn(nanoTime);
        if (current.isEmpty() && previous.isEmpty()) {
            return OptionalLong.empty();
        }
        long ahead = Math.max(current.orElse(Long.MIN_VALUE), previous.orElse(Long.MIN_VALUE));
        return OptionalLong.of(Math.floorDiv(ahead + nanoTime, MILLI));
    }

    /** Whether it is time to ask, so that there is always an answer. */
    boolean wantsToBeTold(long nanoTime) {
        turn(nanoTime);
        return current.isEmpty();
    }

    private void turn(long nanoTime) {
        long passed = nanoTime - periodBegan;
        if (passed < KEPT_NANOS) {
            return;
        }
        previous = passed < 2 * KEPT_NANOS ? current : OptionalLong.empty();
        current = OptionalLong.empty();
        periodBegan = nanoTime;
    }
}
