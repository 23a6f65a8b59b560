package io.lovage;

import java.time.Duration;
import java.util.Optional;

/**
 * How a worker treats one task. Immutable; each method returns a changed copy.
 *
 * @param softTimeLimit the limit for messages that carry none; at its end the handler is interrupted
 * @param trackStarted whether STARTED is stored before the handler runs; off by default, as in Celery
 * @param interruptOnLeaseLost whether the handler is interrupted when the lease is lost; otherwise it can ask
 *     {@link TaskContext#leaseLost}
 */
public record HandlerOptions(
        RetryPolicy retryPolicy, Optional<Duration> softTimeLimit, boolean trackStarted, boolean interruptOnLeaseLost) {
    private static final HandlerOptions DEFAULTS =
            new HandlerOptions(RetryPolicy.never(), Optional.empty(), false, false);

    /** No retries, no limit, STARTED not stored, not interrupted. */
    public static HandlerOptions ofDefaults() {
        return DEFAULTS;
    }

    public HandlerOptions retry(RetryPolicy policy) {
        return new HandlerOptions(policy, softTimeLimit, trackStarted, interruptOnLeaseLost);
    }

    public HandlerOptions limit(Duration soft) {
        return new HandlerOptions(retryPolicy, Optional.of(soft), trackStarted, interruptOnLeaseLost);
    }

    public HandlerOptions trackingStarted() {
        return new HandlerOptions(retryPolicy, softTimeLimit, true, interruptOnLeaseLost);
    }

    public HandlerOptions interruptedOnLeaseLost() {
        return new HandlerOptions(retryPolicy, softTimeLimit, trackStarted, true);
    }
}
