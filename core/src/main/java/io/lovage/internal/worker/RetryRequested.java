package io.lovage.internal.worker;

import io.lovage.internal.wire.Failure;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Thrown by a handler that asks for another attempt; made by {@link HandlerContext}. */
final class RetryRequested extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final Duration delay;

    RetryRequested(Duration delay, String reason, @Nullable Throwable cause) {
        super(reason, cause);
        this.delay = delay;
    }

    Duration delay() {
        return delay;
    }

    /** Why, as the waiter sees it in the state RETRY. */
    Failure why() {
        return causeOr("Retry", reason());
    }

    /** Why, when no retry is left. */
    Failure exhausted(int maxRetries) {
        return causeOr("MaxRetriesExceededError", reason() + " (no retry left of " + maxRetries + ")");
    }

    private Failure causeOr(String type, String text) {
        Throwable cause = getCause();
        return cause == null
                ? new Failure(type, List.of(text), "celery.exceptions", Optional.empty())
                : Failure.of(cause);
    }

    private String reason() {
        return String.valueOf(getMessage());
    }
}
