package io.lovage;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a handler may know of the task it runs, and what it may do beside returning. Thread-safe. */
public interface TaskContext {
    String id();

    /** The task's name. */
    String task();

    String queue();

    /** 1 for the first attempt; grows with each retry that the task's own policy asked for. */
    int attempt();

    /** How often the broker handed this attempt out; more than 1 after a crash or a lost lease. */
    int deliveryCount();

    /** The id of the task that sent this one. */
    Optional<String> parentId();

    /** The id of the first task of the family; the own id when there is no parent. */
    String rootId();

    /** The message's headers, Celery's and the user's. */
    Map<String, @Nullable Object> headers();

    /** When the soft time limit will interrupt this handler. */
    Optional<Instant> deadline();

    /** Tells whoever asks for the state how far it is: a JSON value, stored as state PROGRESS. */
    void progress(Object report);

    /** Stores a state of your own; the name must not be one of Celery's. */
    void progress(String state, Object report);

    /**
     * Whether the lease was lost: somebody else has or will get this task, and nothing this handler returns will be
     * stored. Likewise beyond the hard time limit, when the task has failed already.
     */
    boolean leaseLost();

    /**
     * Whether an operator has revoked this task while it runs. A handler that then throws, whatever it is, ends the
     * task as REVOKED; one that returns has succeeded all the same.
     */
    boolean isRevoked();

    /**
     * A number that is larger for every later delivery of the same message and for every later attempt: pass it to a
     * store of your own to refuse late writes. Two limits: a delivery that was given back after its handler had ended
     * (interrupted at a shutdown, near the delivery limit) is followed by one with the same number; a dead letter that
     * an operator sends again begins anew.
     */
    long fencingToken();

    /**
     * Asks for another attempt after {@code delay}, within the policy's number of retries: {@code throw
     * context.retry(delay, "busy")}.
     *
     * @throws IllegalArgumentException when {@code delay} is negative or beyond {@link RetryPolicy#LONGEST_DELAY}
     */
    RuntimeException retry(Duration delay, String reason);

    /** Asks for another attempt after {@code delay} because of {@code cause}. */
    RuntimeException retry(Duration delay, Throwable cause);
}
