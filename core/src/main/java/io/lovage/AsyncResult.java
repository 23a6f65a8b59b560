package io.lovage;

import io.lovage.spi.BrokerException;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The result of one sent task, now or later. Thread-safe. A handle that nobody waits on holds nothing; waiting holds a
 * subscription that ends with the answer, the timeout or the cancelled future.
 */
public interface AsyncResult<R> {
    String id();

    /**
     * Waits for the final state and returns the value, which is null when the task returned nothing.
     *
     * @throws TaskFailedException when the task failed or was revoked
     * @throws ResultTimeoutException when there was no final state in time; the task goes on
     * @throws ResultTypeException when the task has succeeded, and its value is not of the type that is wanted
     * @throws BrokerException when the result backend cannot be asked, or the {@link Lovage} this handle came from was
     *     closed, also meanwhile
     * @throws IllegalStateException when waiting would last for ever: with {@code Lovage.inMemory(new ManualClock())}
     *     nothing runs by itself, so call {@link ManualWorker#runOne} or {@code runAll} first, or start a worker
     * @throws InterruptedException when this thread was interrupted
     */
    @Nullable
    R get(Duration timeout) throws InterruptedException;

    /**
     * The value as a future; it fails with {@link TaskFailedException} and {@link ResultTypeException}, or as
     * {@link #get} does when the connection is closed. Cancelling it ends the waiting, not the task.
     */
    CompletableFuture<@Nullable R> future();

    /**
     * What is known now, without waiting: PENDING when nothing is, as in Celery. A backend without lookup by id tells
     * only what this client has seen arrive.
     */
    TaskState state();

    /** What the handler reported last with {@link TaskContext#progress}, if anything. */
    Optional<Object> progress();

    /** Runs {@code listener} on each progress report from now on, on a thread of the backend, until the final state. */
    void onProgress(Consumer<Object> listener);

    /** Removes the stored result. True when there was one. */
    boolean forget();
}
