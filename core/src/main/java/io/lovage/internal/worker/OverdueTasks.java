package io.lovage.internal.worker;

import io.lovage.internal.wire.Failure;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executor;

/**
 * Ends tasks that are beyond their hard time limit, as Celery does: FAILURE, stored at once, and not tried again. What
 * their handlers still return or throw counts for nothing. Thread-safe.
 */
final class OverdueTasks implements TimeLimits.Overdue {
    private final Outcomes outcomes;
    private final OutcomeWriter writer;
    private final FailureLog failures;
    private final Executor executor;

    /** {@code executor} runs what may block, off the thread of the clock. */
    OverdueTasks(Outcomes outcomes, OutcomeWriter writer, FailureLog failures, Executor executor) {
        this.outcomes = outcomes;
        this.writer = writer;
        this.failures = failures;
        this.executor = executor;
    }

    @Override
    public void end(Attempt<?, ?> attempt, Duration limit) {
        try {
            // where it is now, and not where the interrupt will take it
            String stack = attempt.held().thread().stack();
            Optional<String> trace = stack.isEmpty() ? Optional.empty() : Optional.of("its handler was here:" + stack);
            Failure failure = Failure.timeLimitExceeded(limit, trace);
            executor.execute(() -> write(attempt, failure));
        } catch (Throwable e) { // nobody else ends this delivery any more
            writer.leaveBehind(attempt.held(), e);
        }
    }

    private void write(Attempt<?, ?> attempt, Failure failure) {
        Held held = attempt.held();
        try {
            failures.failed(attempt.message(), failure);
            held.tell(story -> story.failed(failure));
            writer.write(held, outcomes.failure(held, attempt.message(), failure));
        } catch (Throwable e) { // as above
            writer.leaveBehind(held, e);
        }
    }
}
