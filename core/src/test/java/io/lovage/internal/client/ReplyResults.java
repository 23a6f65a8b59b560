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
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/**
 * A result backend as one over replies is at its worst: knows nothing but what has arrived here, tells no listener
 * while it is being registered, and says nothing at all at its end. Thread-safe.
 */
final class ReplyResults implements ResultBackend {
    final Map<TaskId, StoredResult> arrived = new ConcurrentHashMap<>();
    final AtomicInteger listeners = new AtomicInteger();

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("reply", false, false);
    }

    @Override
    public String replyAddress() {
        return "here";
    }

    @Override
    public CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive) {
        return CompletableFuture.completedFuture(new Transition(true, next));
    }

    @Override
    public CompletionStage<Optional<StoredResult>> find(TaskId id) {
        return CompletableFuture.completedFuture(Optional.ofNullable(arrived.get(id)));
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        listeners.incrementAndGet();
        return listeners::decrementAndGet;
    }

    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        return onFinal(task, listener);
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        return CompletableFuture.completedFuture(arrived.remove(id) != null);
    }

    @Override
    public Optional<GroupCounters> groups() {
        return Optional.empty();
    }

    @Override
    public void close() {
        // says nothing
    }
}
