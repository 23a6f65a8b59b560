package io.lovage.internal.client;

import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.Fence;
import io.lovage.spi.GroupCounters;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/**
 * {@code disabled://}: keeps no results, and says so to whoever waits for one instead of letting him wait. Thread-safe.
 */
final class DisabledResults implements ResultBackend {
    static final String SCHEME = "disabled";

    @Override
    public BackendCapabilities capabilities() {
        return BackendCapabilities.NONE;
    }

    /** Empty: nobody listens. */
    @Override
    public String replyAddress() {
        return "";
    }

    @Override
    public CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive) {
        return CompletableFuture.completedFuture(new Transition(true, next));
    }

    @Override
    public CompletionStage<Optional<StoredResult>> find(TaskId id) {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        throw refused(task);
    }

    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        throw refused(task);
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        return CompletableFuture.completedFuture(false);
    }

    @Override
    public Optional<GroupCounters> groups() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // holds nothing
    }

    private static IllegalStateException refused(TaskId task) {
        return new IllegalStateException("results are disabled, so the result of task " + task
                + " will never come; name a result backend instead of disabled://");
    }
}
