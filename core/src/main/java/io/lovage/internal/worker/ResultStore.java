package io.lovage.internal.worker;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TimeSource;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The result backend as a worker uses it: asked again and again, with growing pauses, for as long as the delivery is
 * held. Thread-safe.
 */
final class ResultStore {
    private static final Logger log = LoggerFactory.getLogger(ResultStore.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final ResultBackend backend;
    private final Duration timeToLive;
    private final TimeSource time;
    private final Executor retries;
    private final AtomicBoolean silent = new AtomicBoolean();

    /**
     * Begins.
     *
     * @param retries runs what may block, off the clock's thread
     */
    ResultStore(WorkerEnvironment environment, Executor retries) {
        this.backend = environment.results();
        this.timeToLive = environment.resultExpiry();
        this.time = environment.time();
        this.retries = retries;
    }

    /** The backend's answer; empty when the delivery is no longer ours; fails when no repetition can help. */
    CompletableFuture<Optional<Transition>> save(Held held, Outcome.Report report) {
        return whileHeld(held, () -> backend.transition(report.task(), report.state(), report.fence(), timeToLive));
    }

    /** What is stored, in the same manner. */
    CompletableFuture<Optional<Optional<StoredResult>>> find(Held held, TaskId id) {
        return whileHeld(held, () -> backend.find(id));
    }

    /** Anything else of the backend, in the same manner. */
    <T> CompletableFuture<Optional<T>> ask(Held held, Supplier<CompletionStage<T>> question) {
        return whileHeld(held, question);
    }

    private <T> CompletableFuture<Optional<T>> whileHeld(Held held, Supplier<CompletionStage<T>> question) {
        CompletableFuture<Optional<T>> answer = new CompletableFuture<>();
        ask(held, question, answer, 0);
        return answer;
    }

    private <T> void ask(
            Held held, Supplier<CompletionStage<T>> question, CompletableFuture<Optional<T>> answer, int failures) {
        if (!held.ours()) {
            answer.complete(Optional.empty());
            return;
        }
        stage(question).whenComplete((value, error) -> {
            if (error == null) {
                answered();
                answer.complete(Optional.of(value));
            } else if (hopeless(unwrap(error))) {
                answer.completeExceptionally(unwrap(error));
            } else {
                Duration pause = BACKOFF.pause(failures);
                notAnswered(unwrap(error));
                time.after(pause, () -> retries.execute(() -> ask(held, question, answer, failures + 1)));
            }
        });
    }

    private static <T> CompletionStage<T> stage(Supplier<CompletionStage<T>> question) {
        try {
            return question.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static Throwable unwrap(Throwable error) {
        @Nullable Throwable cause = error.getCause();
        return error instanceof CompletionException && cause != null ? cause : error;
    }

    /**
     * What nobody can put right while the worker waits: neither time, nor an operator who mends a permission. Where a
     * result is a message, the refusal is the cause of the failed publish.
     */
    private static boolean hopeless(Throwable error) {
        boolean mendable = error instanceof AccessRefusedException
                || error.getCause() instanceof AccessRefusedException
                || error instanceof ConfigurationException;
        return !mendable && !(error instanceof BrokerException broker && broker.retryable());
    }

    private void notAnswered(Throwable error) {
        if (silent.compareAndSet(false, true)) {
            log.warn(
                    "result backend '{}' stores nothing now: {}; outcomes wait, and are stored when it does",
                    name(),
                    error.getMessage() == null ? error.toString() : error.getMessage());
            log.debug("result backend '{}' stores nothing", name(), error);
        }
    }

    private void answered() {
        if (silent.get() && silent.compareAndSet(true, false)) {
            log.info("result backend '{}' stores again", name());
        }
    }

    private String name() {
        return backend.capabilities().name();
    }
}
