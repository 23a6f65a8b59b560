package io.lovage.internal.worker;

import io.lovage.internal.control.NodeName;
import io.lovage.internal.wire.ResultCodec;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.StoredResult;
import io.lovage.spi.Transition;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * Looks at a task's result before the task runs again, and claims it. Thread-safe.
 *
 * <p>A delivery that is not a task's first stores STARTED before the handler runs. That raises the stored fence above
 * the fence of whoever had the task before, so the late result of a worker that was frozen past its lease is refused
 * (rules R4.5 and R11.6). First deliveries pay nothing.
 */
final class Claims {
    private final BackendCapabilities backend;
    private final ResultStore store;
    private final Outcomes outcomes;
    private final ResultCodec codec;
    private final NodeName node;
    private final long pid;

    Claims(WorkerEnvironment environment, NodeName node, ResultStore store, Outcomes outcomes) {
        this.node = node;
        this.pid = environment.process().pid();
        this.backend = environment.results().capabilities();
        this.store = store;
        this.outcomes = outcomes;
        this.codec = environment.resultCodec();
    }

    /**
     * What to do instead of running a redelivered task, if it has a final result. A fenced backend is not asked: the
     * claim answers the same question.
     */
    Optional<Outcome> alreadyDone(Held held, TaskMessage task) {
        if (held.deliveryCount() == 1 || task.ignoreResult() || !backend.lookupById() || backend.fenced()) {
            return Optional.empty();
        }
        return answer(store.find(held, task.id()))
                .map(found -> found.filter(result -> result.state().isFinal())
                        .map(result -> outcomes.alreadyDone(task, result)))
                .orElseGet(() -> Optional.of(outcomes.released(held)));
    }

    /** Stores STARTED where it is asked for or needed. What to do instead of running, when that was refused. */
    Optional<Outcome> claim(Attempt<?, ?> attempt) {
        if (!needsStarted(attempt)) {
            return Optional.empty();
        }
        StoredResult state = codec.started(attempt.message().owner(), node.value(), pid);
        return answer(store.save(attempt.held(), outcomes.started(attempt, state)))
                .map(transition -> insteadOfRunning(attempt, transition))
                .orElseGet(() -> Optional.of(outcomes.released(attempt.held())));
    }

    private boolean needsStarted(Attempt<?, ?> attempt) {
        boolean first = attempt.held().deliveryCount() == 1 && attempt.message().retries() == 0;
        return !attempt.message().ignoreResult()
                && (attempt.registered().options().trackStarted() || (backend.fenced() && !first));
    }

    private Optional<Outcome> insteadOfRunning(Attempt<?, ?> attempt, Transition transition) {
        if (transition.accepted()) {
            return Optional.empty();
        }
        return Optional.of(
                transition.held().state().isFinal()
                        ? outcomes.alreadyDone(attempt.message(), transition.held())
                        : outcomes.overtaken(attempt.held()));
    }

    /**
     * Waits on the slot's thread: the task must not run before. Empty when the delivery was lost or the worker stops.
     */
    private static <T> Optional<T> answer(CompletableFuture<Optional<T>> question) {
        try {
            return question.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        } catch (ExecutionException e) {
            throw new IllegalStateException("the result backend refuses to answer for good", e.getCause());
        }
    }
}
