package io.lovage.internal.worker;

import io.lovage.RetryPolicy;
import io.lovage.TaskContext;
import io.lovage.internal.control.Revoked;
import io.lovage.internal.wire.ResultCodec;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskState;
import io.lovage.spi.UrlOptions;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one attempt's handler sees. Thread-safe. */
final class HandlerContext implements TaskContext {
    private static final Logger log = LoggerFactory.getLogger(HandlerContext.class);
    private static final TaskState PROGRESS = new TaskState("PROGRESS");
    private static final Set<String> CELERYS =
            Set.of("PENDING", "RECEIVED", "STARTED", "SUCCESS", "FAILURE", "REVOKED", "REJECTED", "RETRY", "IGNORED");

    private final Attempt<?, ?> attempt;
    private final Optional<Instant> deadline;
    private final Reports reports;
    private final Revoked revoked;

    HandlerContext(Attempt<?, ?> attempt, Optional<Instant> deadline, Reports reports, Revoked revoked) {
        this.revoked = revoked;
        this.attempt = attempt;
        this.deadline = deadline;
        this.reports = reports;
    }

    /** Where progress goes. */
    record Reports(ResultBackend backend, ResultCodec codec, Duration timeToLive) {}

    @Override
    public String id() {
        return message().id().value();
    }

    @Override
    public String task() {
        return message().task();
    }

    @Override
    public String queue() {
        return attempt.held().queue().name();
    }

    @Override
    public int attempt() {
        return message().retries() + 1;
    }

    @Override
    public int deliveryCount() {
        return attempt.held().deliveryCount();
    }

    @Override
    public Optional<String> parentId() {
        return message().parentId();
    }

    @Override
    public String rootId() {
        return message().rootId();
    }

    @Override
    public Map<String, @Nullable Object> headers() {
        return message().headers();
    }

    @Override
    public Optional<Instant> deadline() {
        return deadline;
    }

    @Override
    public void progress(Object report) {
        store(PROGRESS, report);
    }

    @Override
    public void progress(String state, Object report) {
        if (CELERYS.contains(state)) {
            throw new IllegalArgumentException("state " + state + " belongs to Celery; use a name of your own");
        }
        store(new TaskState(state), report);
    }

    /** Waits for the backend, so that reports stay in order and a busy handler cannot pile them up. */
    private void store(TaskState state, Object report) {
        StoredResult document = reports.codec().custom(message().owner(), state, report);
        if (message().ignoreResult() || leaseLost()) {
            return;
        }
        try {
            reports.backend()
                    .transition(message().ref(), document, attempt.fence(), reports.timeToLive())
                    .toCompletableFuture()
                    .get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (ExecutionException e) {
            log.warn("progress of task {} was not stored; the task goes on", id(), e.getCause());
        }
    }

    @Override
    public boolean leaseLost() {
        return !attempt.held().ours() || attempt.held().isOverdue();
    }

    @Override
    public boolean isRevoked() {
        return revoked.contains(id());
    }

    @Override
    public long fencingToken() {
        return attempt.fence().token();
    }

    @Override
    public RuntimeException retry(Duration delay, String reason) {
        return new RetryRequested(checked(delay), reason, null);
    }

    @Override
    public RuntimeException retry(Duration delay, Throwable cause) {
        return new RetryRequested(checked(delay), String.valueOf(cause.getMessage()), cause);
    }

    /** Here, where the handler can be told: later nobody but the log would hear of it. */
    private static Duration checked(Duration delay) {
        if (delay.isNegative() || delay.compareTo(RetryPolicy.LONGEST_DELAY) > 0) {
            throw new IllegalArgumentException("a retry after " + UrlOptions.written(delay)
                    + " is not possible; allowed: 0 to " + RetryPolicy.LONGEST_DELAY.toDays() + " days");
        }
        return delay;
    }

    private TaskMessage message() {
        return attempt.message();
    }
}
