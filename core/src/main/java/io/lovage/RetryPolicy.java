package io.lovage;

import io.lovage.spi.ConfigurationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Decides whether an attempt that threw is followed by another one, and after how long. Immutable, thread-safe.
 *
 * @param maxRetries how many attempts may follow the first
 * @param firstDelay the delay before the first retry
 * @param maxDelay the delay never grows beyond this
 * @param factor how much longer each delay is than the one before, at least 1
 * @param jitter the share of the delay that is drawn at random, 0 to 1: 0.2 gives 80 to 120 percent
 * @param retryOn exceptions that are retried, subclasses included
 * @param abortOn exceptions that are never retried, even if they are listed above
 */
public record RetryPolicy(
        int maxRetries,
        Duration firstDelay,
        Duration maxDelay,
        double factor,
        double jitter,
        List<Class<? extends Throwable>> retryOn,
        List<Class<? extends Throwable>> abortOn) {

    /** No retry waits longer, of whatever policy: a hundred years. */
    public static final Duration LONGEST_DELAY = Duration.ofDays(36_500);

    /**
     * Validates everything at once.
     *
     * @throws ConfigurationException naming everything that is out of range
     */
    public RetryPolicy {
        retryOn = List.copyOf(retryOn);
        abortOn = List.copyOf(abortOn);
        List<String> errors = new ArrayList<>();
        check(errors, maxRetries >= 0, "maxRetries=" + maxRetries + ", allowed: 0 or more");
        check(errors, !firstDelay.isNegative(), "first delay=" + firstDelay + ", allowed: not negative");
        check(
                errors,
                maxDelay.compareTo(firstDelay) >= 0 && maxDelay.compareTo(LONGEST_DELAY) <= 0,
                "longest delay=" + maxDelay + ", allowed: at least the first delay " + firstDelay + ", at most "
                        + LONGEST_DELAY.toDays() + " days");
        check(errors, factor >= 1 && factor <= 100, "factor=" + factor + ", allowed: 1 to 100");
        check(errors, jitter >= 0 && jitter <= 1, "jitter=" + jitter + ", allowed: 0 to 1");
        if (!errors.isEmpty()) {
            throw new ConfigurationException("retry policy: " + String.join("; ", errors));
        }
    }

    private static void check(List<String> errors, boolean fine, String error) {
        if (!fine) {
            errors.add(error);
        }
    }

    /** The first exception is final; {@link TaskContext#retry} is then refused too. */
    public static RetryPolicy never() {
        return new RetryPolicy(0, Duration.ZERO, Duration.ZERO, 1, 0, List.of(), List.of());
    }

    /** Three retries after about 1, 2 and 4 seconds, for every {@link Exception}. */
    public static RetryPolicy ofDefaults() {
        return builder().build();
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Whether an attempt that threw {@code failure} after so many retries is followed by another one. */
    public boolean retries(Throwable failure, int retriesSoFar) {
        return retriesSoFar < maxRetries
                && retryOn.stream().anyMatch(type -> type.isInstance(failure))
                && abortOn.stream().noneMatch(type -> type.isInstance(failure));
    }

    /** The delay before the retry with this number, from 0: exponential, capped, then jittered. */
    public Duration delay(int retriesSoFar, RandomGenerator random) {
        double exponential = (double) firstDelay.toMillis() * Math.pow(factor, retriesSoFar);
        double capped = Math.min(exponential, (double) maxDelay.toMillis());
        double spread = 1 + jitter * (2 * random.nextDouble() - 1);
        return Duration.ofMillis(Math.round(capped * spread));
    }

    /** Configures a policy. Not thread-safe. */
    public static final class Builder {
        private int maxRetries = 3;
        private Duration firstDelay = Duration.ofSeconds(1);
        private Duration maxDelay = Duration.ofMinutes(10);
        private double factor = 2;
        private double jitter = 0.2;
        private final List<Class<? extends Throwable>> retryOn = new ArrayList<>();
        private final List<Class<? extends Throwable>> abortOn = new ArrayList<>();

        private Builder() {}

        public Builder maxRetries(int retries) {
            this.maxRetries = retries;
            return this;
        }

        /** The same delay before every retry. */
        public Builder fixedDelay(Duration delay) {
            return backoff(delay, delay, 1);
        }

        public Builder backoff(Duration first, Duration most, double growth) {
            this.firstDelay = first;
            this.maxDelay = most;
            this.factor = growth;
            return this;
        }

        public Builder jitter(double share) {
            this.jitter = share;
            return this;
        }

        public Builder retryOn(Class<? extends Throwable> type) {
            retryOn.add(type);
            return this;
        }

        public Builder abortOn(Class<? extends Throwable> type) {
            abortOn.add(type);
            return this;
        }

        /**
         * Makes the policy.
         *
         * @throws ConfigurationException naming everything that is out of range
         */
        public RetryPolicy build() {
            List<Class<? extends Throwable>> retried = retryOn.isEmpty() ? List.of(Exception.class) : retryOn;
            return new RetryPolicy(maxRetries, firstDelay, maxDelay, factor, jitter, retried, abortOn);
        }
    }
}
