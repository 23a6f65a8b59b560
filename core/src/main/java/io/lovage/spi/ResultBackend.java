package io.lovage.spi;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;

/** Where states and results are kept. Thread-safe. Documents are Celery's JSON; the backend does not look into them. */
public interface ResultBackend extends AutoCloseable {
    BackendCapabilities capabilities();

    /**
     * What this client writes into {@code reply_to} of the messages it sends; constant, unique to this connection.
     * Asked first when a task is sent whose result is wanted, and never by a worker: the first call may open what
     * results arrive at, and block for that.
     *
     * @throws BrokerException when that cannot be opened
     */
    String replyAddress();

    /**
     * Stores a state, if it may follow the stored one: a final state is never replaced, and in a fenced backend nothing
     * is written for a fence that is older than the stored one (rules R11.1 and R11.6). The stage fails with a
     * {@link BrokerException} when the backend did not answer.
     *
     * @param timeToLive how long the result is kept (rule R11.3)
     */
    CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive);

    /**
     * What is stored; in a backend without lookup by id: what this connection has seen arrive. Empty means PENDING, as
     * in Celery (rule R11.5).
     */
    CompletionStage<Optional<StoredResult>> find(TaskId id);

    /**
     * Runs {@code listener} once, with the final state, at once when it is already there (rule R11.2). Runs on a thread
     * of the backend, the same for all listeners, and must not block: what comes for others meanwhile waits in memory,
     * without a limit. Closing the subscription releases everything it holds.
     */
    Subscription onFinal(TaskId task, Consumer<StoredResult> listener);

    /** Runs {@code listener} on every state that arrives until the subscription is closed; the same rules. */
    Subscription onChange(TaskId task, Consumer<StoredResult> listener);

    /** Removes what is stored, which also reopens a task that is sent again. True when there was something. */
    CompletionStage<Boolean> forget(TaskId id);

    /** Where the members of a chord are counted; empty in a backend that counts none, as Celery's {@code rpc://}. */
    Optional<GroupCounters> groups();

    /**
     * Releases everything. Listeners that have not heard are not told: core fails those who wait by itself. Idempotent.
     */
    @Override
    void close();

    /** Interest in a result. */
    @FunctionalInterface
    interface Subscription extends AutoCloseable {
        /** Idempotent. */
        @Override
        void close();
    }
}
