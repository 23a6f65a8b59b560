package io.lovage.internal.worker;

import io.lovage.RetryPolicy;
import io.lovage.TaskContext;
import io.lovage.internal.control.Revoked;
import io.lovage.internal.wire.Failure;
import io.lovage.internal.wire.UnserialisableException;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Runs handlers, and decides what follows from what they threw. Thread-safe. */
final class Execution {
    private final Claims claims;
    private final Outcomes outcomes;
    private final TimeLimits limits;
    private final TimeSource time;
    private final HandlerContext.Reports reports;
    private final FailureLog failures;
    private final Revoked revoked;

    /** What it works with. */
    record Parts(Claims claims, Outcomes outcomes, FailureLog failures, Revoked revoked, TimeLimits limits) {}

    Execution(WorkerEnvironment environment, Parts parts) {
        this.revoked = parts.revoked();
        this.claims = parts.claims();
        this.outcomes = parts.outcomes();
        this.time = environment.time();
        this.limits = parts.limits();
        this.failures = parts.failures();
        this.reports = new HandlerContext.Reports(
                environment.results(), environment.resultCodec(), environment.resultExpiry());
    }

    /** Runs the handler on this thread. Empty when its hard time limit has decided before it ended. */
    <A, R> Optional<Outcome> run(Attempt<A, R> attempt) {
        Optional<Outcome> refused = claims.claim(attempt);
        if (refused.isPresent()) {
            return refused;
        }
        if (attempt.registered().options().interruptOnLeaseLost()) {
            attempt.held().thread().heedLeaseLoss();
        }
        attempt.registered().begun().increment();
        attempt.held().tell(TaskStory::started);
        TaskContext context =
                new HandlerContext(attempt, attempt.softTimeLimit().map(time.now()::plus), reports, revoked);
        TimeLimits.Watch watch = limits.watch(attempt);
        @Nullable R value;
        try {
            value = handle(attempt, context);
        } catch (Throwable thrown) { // the worker's boundary: an Error ends the attempt, not the slot
            return watch.end() ? Optional.of(afterThrow(attempt, thrown)) : Optional.empty();
        }
        return watch.end() ? Optional.of(afterReturn(attempt, value)) : Optional.empty();
    }

    private static <A, R> @Nullable R handle(Attempt<A, R> attempt, TaskContext context) throws Exception {
        CurrentTask.enter(attempt.message());
        try {
            return call(attempt, context);
        } finally {
            CurrentTask.leave();
        }
    }

    // The argument is null only where the sender sent a null, or for a task of Void: then that is what handlers get.
    @SuppressWarnings("NullAway")
    private static <A, R> @Nullable R call(Attempt<A, R> attempt, TaskContext context) throws Exception {
        return attempt.registered().handler().handle(attempt.argument(), context);
    }

    private <R> Outcome afterReturn(Attempt<?, R> attempt, @Nullable R value) {
        attempt.held().tell(story -> story.returned(value));
        try {
            return outcomes.success(attempt, value);
        } catch (UnserialisableException e) {
            return fail(attempt, Failure.of(e));
        }
    }

    private Outcome afterThrow(Attempt<?, ?> attempt, Throwable thrown) {
        HandlerThread thread = attempt.held().thread();
        if (thread.wasInterruptedFor(HandlerThread.Reason.SHUTDOWN)) {
            return outcomes.released(attempt.held()); // interrupted, not failed
        }
        if (revoked.contains(attempt.message().id().value())) { // it has heeded that, and is not tried again
            attempt.held().tell(story -> story.revoked("terminated"));
            return outcomes.revoked(attempt.held(), attempt.message(), "terminated");
        }
        if (thrown instanceof RetryRequested asked) {
            return retryByHand(attempt, asked);
        }
        if (thread.wasInterruptedFor(HandlerThread.Reason.SOFT_LIMIT)) {
            return fail(
                    attempt, Failure.softTimeLimitExceeded(Failure.of(thrown).trace()));
        }
        RetryPolicy policy = attempt.registered().options().retryPolicy();
        int retries = attempt.message().retries();
        if (policy.retries(thrown, retries)) {
            if (thrown instanceof Error error) {
                failures.threw(attempt.message(), error);
            }
            return retry(attempt, Failure.of(thrown), policy.delay(retries, ThreadLocalRandom.current()));
        }
        return fail(attempt, Failure.of(thrown));
    }

    private Outcome retryByHand(Attempt<?, ?> attempt, RetryRequested asked) {
        int maxRetries = attempt.registered().options().retryPolicy().maxRetries();
        return attempt.message().retries() < maxRetries
                ? retry(attempt, asked.why(), asked.delay())
                : fail(attempt, asked.exhausted(maxRetries));
    }

    private Outcome retry(Attempt<?, ?> attempt, Failure why, Duration delay) {
        Held held = attempt.held();
        if (!delay.isZero() && !held.capabilities().has(QueueFeature.DELAY)) {
            String text = "queue '" + held.queue().name() + "' ("
                    + held.capabilities().kind() + ") cannot keep a retry back for " + delay.toMillis()
                    + " ms; use a queue with delays or a retry policy without. The attempt failed with " + why.type()
                    + ": " + why.text();
            return fail(attempt, new Failure("RetryNotPossible", List.of(text), "io.lovage", why.trace()));
        }
        held.tell(story -> story.retried(why));
        return outcomes.retry(attempt, why, delay);
    }

    private Outcome fail(Attempt<?, ?> attempt, Failure failure) {
        failures.failed(attempt.message(), failure);
        attempt.held().tell(story -> story.failed(failure));
        return outcomes.failure(attempt.held(), attempt.message(), failure);
    }
}
