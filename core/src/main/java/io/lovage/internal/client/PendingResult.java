package io.lovage.internal.client;

import io.lovage.AsyncResult;
import io.lovage.ResultTimeoutException;
import io.lovage.ResultTypeException;
import io.lovage.TaskFailedException;
import io.lovage.internal.wire.Failure;
import io.lovage.internal.wire.ResultCodec;
import io.lovage.internal.wire.ResultDocument;
import io.lovage.internal.wire.UnreadableResultException;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The handle of one sent task. Thread-safe. Holds nothing at the backend unless somebody waits or listens. */
final class PendingResult<R> implements AsyncResult<R> {
    private static final Set<TaskState> CELERYS_OWN = Set.of(TaskState.STARTED, TaskState.RETRY);

    private final ResultBackend backend;
    private final OpenWaits openWaits;
    private final TimeSource time;
    private final TaskId id;
    private final Class<R> type;
    private final FinalState finalState;

    PendingResult(ResultBackend backend, OpenWaits openWaits, TimeSource time, TaskId id, Class<R> type) {
        this.backend = backend;
        this.openWaits = openWaits;
        this.time = time;
        this.id = id;
        this.type = type;
        this.finalState = new FinalState(backend, openWaits, id);
    }

    @Override
    public String id() {
        return id.value();
    }

    @Override
    public @Nullable R get(Duration timeout) throws InterruptedException {
        CompletableFuture<StoredResult> waiter = finalState.await();
        if (waiter.isDone()) {
            return value(result(waiter));
        }
        TimeSource.Timer timer = time.after(
                timeout, () -> waiter.completeExceptionally(new ResultTimeoutException(id.value(), timeout)));
        try {
            if (!state().isFinal()) {
                openWaits.checkThatTimeGoesOn(id);
            }
            return value(result(waiter));
        } finally {
            timer.cancel();
            waiter.cancel(false); // ends the waiting when this thread was interrupted; changes nothing otherwise
        }
    }

    private static StoredResult result(CompletableFuture<StoredResult> waiter) throws InterruptedException {
        try {
            return waiter.get();
        } catch (ExecutionException e) {
            throw Stages.unchecked(Stages.cause(e));
        }
    }

    @Override
    public CompletableFuture<@Nullable R> future() {
        CompletableFuture<StoredResult> waiter = finalState.await();
        CompletableFuture<@Nullable R> future = new CompletableFuture<>();
        CompletionStage<StoredResult> answer = waiter;
        CompletionStage<@Nullable R> handedOut = future;
        answer.whenComplete((result, error) -> {
            if (error != null) {
                future.completeExceptionally(error);
            } else {
                complete(future, result);
            }
        });
        handedOut.whenComplete((value, error) -> waiter.cancel(false));
        return future;
    }

    private void complete(CompletableFuture<@Nullable R> future, StoredResult result) {
        try {
            future.complete(value(result));
        } catch (RuntimeException e) {
            future.completeExceptionally(e);
        }
    }

    /** The value of a final state, or what the task failed with. */
    private @Nullable R value(StoredResult result) {
        ResultDocument document = readable(result);
        if (document.state().equals(TaskState.SUCCESS)) {
            return typed(document);
        }
        Failure failure = document.failure().orElseGet(() -> new Failure("unknown", List.of(), "", Optional.empty()));
        throw new TaskFailedException(
                id.value(),
                document.state(),
                failure.type(),
                failure.text(),
                failure.trace().orElse(""));
    }

    private @Nullable R typed(ResultDocument document) {
        try {
            return document.value(type);
        } catch (IllegalArgumentException e) {
            throw new ResultTypeException(id.value(), String.valueOf(e.getMessage()), e);
        }
    }

    /** Whoever waits for what nobody can read has waited for a failure (rule R11.8). */
    private ResultDocument readable(StoredResult result) {
        try {
            return ResultCodec.read(result);
        } catch (UnreadableResultException e) {
            throw new TaskFailedException(
                    id.value(),
                    result.state(),
                    "UnreadableResult",
                    "the result, " + result.document().length() + " bytes, cannot be read: " + e.getMessage(),
                    "");
        }
    }

    @Override
    public TaskState state() {
        return current().map(StoredResult::state).orElse(TaskState.PENDING);
    }

    @Override
    public Optional<Object> progress() {
        return current().filter(PendingResult::isProgress).flatMap(PendingResult::report);
    }

    /** What arrived here, else what the backend has; without lookup by id that is what this connection has received. */
    private Optional<StoredResult> current() {
        StoredResult known = finalState.known();
        if (known != null) {
            return Optional.of(known);
        }
        return Stages.join(backend.find(id));
    }

    @Override
    public void onProgress(Consumer<Object> listener) {
        AtomicReference<ResultBackend.@Nullable Subscription> open = new AtomicReference<>();
        CompletableFuture<Void> over = new CompletableFuture<>();
        open.set(backend.onChange(id, result -> {
            if (result.state().isFinal()) {
                over.complete(null);
            } else if (isProgress(result)) {
                report(result).ifPresent(listener);
            }
        }));
        // The final state may have come before the subscription was known: closed then at once, later otherwise.
        CompletionStage<Void> end = over;
        end.thenRun(() -> Optional.ofNullable(open.get()).ifPresent(ResultBackend.Subscription::close));
    }

    private static boolean isProgress(StoredResult result) {
        return !result.state().isFinal() && !CELERYS_OWN.contains(result.state());
    }

    private static Optional<Object> report(StoredResult result) {
        return Optional.ofNullable(ResultCodec.read(result).value(Object.class));
    }

    @Override
    public boolean forget() {
        finalState.forget();
        return Stages.join(backend.forget(id));
    }
}
