package io.lovage;

import java.time.Duration;
import java.time.Instant;

/**
 * One call of a task that has not been sent: task, argument and options. Immutable; each method returns a changed copy.
 */
public record Signature<A, R>(Task<A, R> task, A argument, SendOptions options) {
    /**
     * Sends it under this id instead of a new one. Sending again under the same id is how an unclear publish is
     * repeated.
     */
    public Signature<A, R> id(String id) {
        return with(options.withId(id));
    }

    public Signature<A, R> queue(String queue) {
        return with(options.withQueue(queue));
    }

    /** Not before this much time has passed; kept by the broker, not by a worker. */
    public Signature<A, R> delay(Duration delay) {
        return with(options.withStart(new SendOptions.After(delay)));
    }

    /** Not before this instant. */
    public Signature<A, R> notBefore(Instant instant) {
        return with(options.withStart(new SendOptions.At(instant)));
    }

    /** 0 to 9, higher first; 0 by default. */
    public Signature<A, R> priority(int priority) {
        return with(options.withPriority(priority));
    }

    /** Not to be started later than this from now; then it ends as REVOKED. */
    public Signature<A, R> expiresIn(Duration duration) {
        return with(options.withExpiry(new SendOptions.After(duration)));
    }

    public Signature<A, R> expiresAt(Instant instant) {
        return with(options.withExpiry(new SendOptions.At(instant)));
    }

    /** The worker stores no result. */
    public Signature<A, R> ignoreResult() {
        return with(options.ignoringResult());
    }

    /** After this much running time the handler is interrupted. */
    public Signature<A, R> softTimeLimit(Duration limit) {
        return with(options.withSoftTimeLimit(limit));
    }

    /**
     * After this much running time the task has failed with {@code TimeLimitExceeded}. Celery's workers kill the
     * process that runs it; Lovage's interrupt the handler, whose slot is free when it has ended.
     */
    public Signature<A, R> hardTimeLimit(Duration limit) {
        return with(options.withHardTimeLimit(limit));
    }

    /** The arguments travel compressed (zlib): for large ones. */
    public Signature<A, R> compressed() {
        return with(options.compressing());
    }

    /**
     * Sends {@code next} when this task has succeeded, from the worker that ran it and with its result as the first
     * positional argument, before those of {@code next}: a task that is called by name, {@link Task#untyped}, takes
     * both; a task with one argument that is no record is called with {@link Arguments#none} in that way. May be
     * repeated: all of them are sent. {@code next} may have links of its own. Give it an {@link #id} to ask for its
     * result, with {@link Lovage#result}.
     */
    public Signature<A, R> link(Signature<?, ?> next) {
        return with(options.withFollowers(options.followers().withLink(next)));
    }

    /**
     * Sends {@code handler} when this task has failed for good, with its id as the first positional argument. A Celery
     * worker that has this handler itself, and one of several arguments, calls it at once instead, with the request,
     * the exception and the traceback: then there is no task and no result under its id.
     */
    public Signature<A, R> linkError(Signature<?, ?> handler) {
        return with(options.withFollowers(options.followers().withErrorLink(handler)));
    }

    /** Where it follows another task, it gets its own arguments only. */
    public Signature<A, R> immutable() {
        return with(options.withFollowers(options.followers().asImmutable()));
    }

    /** A header of your own, a JSON value; names that the protocol uses are refused. */
    public Signature<A, R> header(String name, Object value) {
        return with(options.withHeader(name, value));
    }

    private Signature<A, R> with(SendOptions changed) {
        return new Signature<>(task, argument, changed);
    }
}
