package io.lovage.internal.client;

import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Fence;
import io.lovage.spi.GroupCounters;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A result backend that can fail, and that tells what it was asked. Thread-safe. */
public final class FaultyResults implements ResultBackend {
    private final ResultBackend backend;
    private final BackendCapabilities capabilities;
    private final List<TaskState> asked = Collections.synchronizedList(new ArrayList<>());
    public final AtomicInteger subscriptions = new AtomicInteger();
    public final AtomicInteger addressAsked = new AtomicInteger();
    /** Says for each state that is to be stored what it fails with. */
    public volatile BiFunction<TaskRef, StoredResult, @Nullable BrokerException> fault = (task, state) -> null;
    /** When set, answers only when it completes. */
    public volatile @Nullable CompletableFuture<Void> gate;

    public FaultyResults(ResultBackend backend, BackendCapabilities capabilities) {
        this.backend = backend;
        this.capabilities = capabilities;
    }

    /** The states that were to be stored, in order, also in vain. */
    public List<TaskState> asked() {
        return List.copyOf(asked);
    }

    @Override
    public BackendCapabilities capabilities() {
        return capabilities;
    }

    @Override
    public String replyAddress() {
        addressAsked.incrementAndGet();
        return backend.replyAddress();
    }

    @Override
    public CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive) {
        asked.add(next.state());
        BrokerException failure = fault.apply(task, next);
        if (failure != null) {
            return CompletableFuture.failedFuture(failure);
        }
        CompletableFuture<Void> wait = gate;
        return wait == null
                ? backend.transition(task, next, fence, timeToLive)
                : wait.thenCompose(open -> backend.transition(task, next, fence, timeToLive));
    }

    @Override
    public CompletionStage<Optional<StoredResult>> find(TaskId id) {
        return backend.find(id);
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        return counted(backend.onFinal(task, listener));
    }

    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        return counted(backend.onChange(task, listener));
    }

    private Subscription counted(Subscription subscription) {
        subscriptions.incrementAndGet();
        return () -> {
            subscriptions.decrementAndGet();
            subscription.close();
        };
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        return backend.forget(id);
    }

    @Override
    public Optional<GroupCounters> groups() {
        return backend.groups();
    }

    @Override
    public void close() {
        backend.close();
    }
}
