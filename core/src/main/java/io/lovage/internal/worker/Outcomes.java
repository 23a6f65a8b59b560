package io.lovage.internal.worker;

import io.lovage.internal.wire.Decoded;
import io.lovage.internal.wire.Failure;
import io.lovage.internal.wire.MessageEncoder;
import io.lovage.internal.wire.ResultCodec;
import io.lovage.internal.wire.ResultOwner;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.internal.wire.UnserialisableException;
import io.lovage.spi.Fence;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Makes outcomes: which state is stored and how the delivery is settled, for everything that can happen. Thread-safe.
 */
final class Outcomes {
    private static final String DELIVERY_LIMIT = "delivery-limit";
    /** Between the deliveries of what cannot be processed: long enough for a mishap to pass, ten take some minutes. */
    private static final Backoff UNPROCESSABLE = new Backoff(Duration.ofSeconds(1), Duration.ofMinutes(1));

    private final MessageEncoder encoder;
    private final ResultCodec codec;
    private final Duration longestDelay;
    private final TimeSource time;

    Outcomes(WorkerEnvironment environment) {
        this.encoder = environment.encoder();
        this.codec = environment.resultCodec();
        this.longestDelay = environment.broker().capabilities().longestDelay();
        this.time = environment.time();
    }

    /**
     * The handler returned.
     *
     * @throws UnserialisableException when the value cannot be written as JSON
     */
    <R> Outcome success(Attempt<?, R> attempt, @Nullable R value) {
        TaskMessage task = attempt.message();
        return ended(
                Outcome.Kind.SUCCEEDED, attempt.held(), task, () -> codec.success(task.owner(), value, time.now()));
    }

    /** The task has failed for good: its failure is its result. */
    Outcome failure(Held held, TaskMessage task, Failure failure) {
        return ended(Outcome.Kind.FAILED, held, task, () -> codec.failure(task.owner(), failure, time.now()));
    }

    /** It has its final state, and whatever follows the task follows it. */
    private static Outcome ended(Outcome.Kind kind, Held held, TaskMessage task, Supplier<StoredResult> state) {
        if (task.embed().isEmpty()) {
            return new Outcome(kind, report(held, task, state), Settlement.ack());
        }
        StoredResult known = state.get();
        return new Outcome(kind, report(held, task, () -> known), Settlement.ack()).withSequel(Sequel.of(task, known));
    }

    /** The task is tried again: RETRY is stored, then its copy is held by the broker, then the delivery is settled. */
    Outcome retry(Attempt<?, ?> attempt, Failure why, Duration delay) {
        Held held = attempt.held();
        TaskMessage task = attempt.message();
        Optional<Instant> eta =
                delay.isZero() ? Optional.empty() : Optional.of(time.now().plus(delay));
        Message copy = encoder.retryOf(task, held.delivery().message().message(), task.retries() + 1, eta);
        return new Outcome(
                Outcome.Kind.RETRIED,
                report(held, task, () -> codec.retry(task.owner(), why)),
                Settlement.ackAfter(List.of(delayed(held, copy, delay))));
    }

    /** Rule R8.1; {@code why} is Celery's word: expired, revoked or terminated. */
    Outcome revoked(Held held, TaskMessage task, String why) {
        return ended(Outcome.Kind.REVOKED, held, task, () -> codec.revoked(task.owner(), why, time.now()));
    }

    /** Came before its eta: the broker keeps it, not this worker. */
    Outcome postponed(Held held, Instant eta) {
        Duration left = Duration.between(time.now(), eta);
        Duration delay = left.isNegative() ? Duration.ZERO : left; // it may have come due since it was looked at
        Message copy = withDeliveries(held, held.deliveryCount() - 1);
        return new Outcome(
                Outcome.Kind.POSTPONED, Optional.empty(), Settlement.ackAfter(List.of(delayed(held, copy, delay))));
    }

    /** Garbage; whoever waits for it is told first (rules R10.6 and R11.8). */
    Outcome unreadable(Held held, Decoded.Unreadable garbage) {
        Failure failure = refusal("UnreadableMessage", garbage.reason());
        Optional<Outcome.Report> report = garbage.task()
                .map(task -> new Outcome.Report(
                        task,
                        held.fence(retries(held)),
                        codec.failure(ResultOwner.of(task.id()), failure, time.now())));
        return new Outcome(Outcome.Kind.DEAD_LETTERED, report, Settlement.deadLetter(garbage.reason()));
    }

    /** As far as garbage tells it: the failure must not be older than what an earlier attempt has stored. */
    private static int retries(Held held) {
        Object retries = held.delivery().message().message().header("retries");
        return retries instanceof Integer count && count > 0 ? count : 0;
    }

    /** No handler: fails as in Celery, and is kept, so that it can be sent again once there is one. */
    Outcome unknownTask(Held held, TaskMessage task) {
        return deadLetter(held, task, Failure.notRegistered(task.task()), "unknown task " + task.task());
    }

    /** Carries something this version cannot do; nothing of it is done, all of it is kept. */
    Outcome unsupported(Held held, TaskMessage task, String what) {
        String reason = "unsupported: the message carries " + what;
        return deadLetter(held, task, refusal("NotSupported", reason), reason);
    }

    /** Handed out too often: whoever runs it dies of it (rule R7.2). */
    Outcome overDeliveryLimit(Held held, TaskMessage task) {
        String text = "handed out " + held.deliveryCount() + " times, the limit of queue '"
                + held.queue().name() + "' is " + held.queue().deliveryLimit()
                + ": the workers that had it died, lost it or could not process it";
        return deadLetter(held, task, Failure.workerLost(text), DELIVERY_LIMIT);
    }

    /** What the worker itself refuses. */
    static Failure refusal(String type, String reason) {
        return new Failure(type, List.of(reason), "io.lovage", Optional.empty());
    }

    private Outcome deadLetter(Held held, TaskMessage task, Failure failure, String reason) {
        return new Outcome(
                Outcome.Kind.DEAD_LETTERED, failureReport(held, task, failure), Settlement.deadLetter(reason));
    }

    /** Somebody has finished this task before, and may have died before he sent what follows it. */
    Outcome alreadyDone(TaskMessage task, StoredResult ended) {
        return alreadyDone().withSequel(Sequel.of(task, ended));
    }

    /** Somebody has finished it before, and nothing follows it. */
    Outcome alreadyDone() {
        return new Outcome(Outcome.Kind.ALREADY_DONE, Optional.empty(), Settlement.ack());
    }

    /**
     * A newer delivery of this task has been seen, so the lease is or will be lost; should it not be, it comes again.
     */
    Outcome overtaken(Held held) {
        return new Outcome(
                Outcome.Kind.RELEASED,
                Optional.empty(),
                Settlement.release(held.queue().lease()));
    }

    /**
     * Given back without an outcome, at once. A release counts as a delivery; near the limit the message is rebased
     * instead, so that giving back never brings a healthy message to its limit (rule R7.4).
     */
    Outcome released(Held held) {
        boolean nearLimit = held.deliveryCount() >= held.queue().deliveryLimit() - 1;
        Settlement settlement = nearLimit
                ? Settlement.ackAfter(
                        List.of(outbound(held, withDeliveries(held, held.deliveryCount() - 1), Duration.ZERO)))
                : Settlement.release(Duration.ZERO);
        return new Outcome(Outcome.Kind.RELEASED, Optional.empty(), settlement);
    }

    /**
     * Taken from a handler that still runs, or may. It counts as a delivery, also near the limit: whoever gets it next
     * runs beside that handler, and needs the larger fencing token.
     */
    Outcome releasedWhileRunning() {
        return new Outcome(Outcome.Kind.RELEASED, Optional.empty(), Settlement.release(Duration.ZERO));
    }

    /**
     * The worker itself failed on it, perhaps because of what it is. It comes again, later and counted, so that it ends
     * at the delivery limit if that is so (rule R7.2); beyond the limit, where even telling its waiter has failed, it
     * ends here.
     */
    Outcome unprocessable(Held held) {
        return held.deliveryCount() > held.queue().deliveryLimit()
                ? new Outcome(Outcome.Kind.DEAD_LETTERED, Optional.empty(), Settlement.deadLetter(DELIVERY_LIMIT))
                : new Outcome(Outcome.Kind.RELEASED, Optional.empty(), later(held));
    }

    /** Again after a while, which grows with each delivery; at once where the queue cannot keep messages back. */
    static Settlement later(Held held) {
        boolean delays = held.capabilities().has(QueueFeature.DELAY);
        return Settlement.release(delays ? UNPROCESSABLE.pause(held.deliveryCount() - 1) : Duration.ZERO);
    }

    /** In place of a report that the backend will never take, for instance because it is too large for it. */
    Outcome unstorable(Outcome.Report refused, Optional<Sequel> sequel, Throwable error) {
        StoredResult failure = codec.failure(ResultOwner.of(refused.task().id()), Failure.of(error), time.now());
        return new Outcome(
                        Outcome.Kind.FAILED,
                        Optional.of(new Outcome.Report(refused.task(), refused.fence(), failure)),
                        Settlement.ack())
                .withSequel(sequel.map(before -> new Sequel(before.task(), failure)));
    }

    /**
     * In place of a failure that the backend will never take: the same, as short as it can be (rule R11.8). Empty when
     * it was that already, so this ends.
     */
    Optional<Outcome.Report> minimal(Outcome.Report refused, Throwable reason) {
        StoredResult state = refused.state();
        if (!state.state().equals(TaskState.FAILURE)) {
            return Optional.empty();
        }
        return ResultCodec.read(state)
                .failure()
                .map(failure -> failure.minimal(String.valueOf(reason.getMessage())))
                .map(failure -> codec.failure(ResultOwner.of(state.id()), failure, time.now()))
                .filter(shorter ->
                        shorter.document().length() < state.document().length())
                .map(shorter -> new Outcome.Report(refused.task(), refused.fence(), shorter));
    }

    /** STARTED, for whom it is asked for and for the claim of rule R11.6. */
    Outcome.Report started(Attempt<?, ?> attempt, StoredResult state) {
        return new Outcome.Report(attempt.message().ref(), attempt.fence(), state);
    }

    private Optional<Outcome.Report> failureReport(Held held, TaskMessage task, Failure failure) {
        return report(held, task, () -> codec.failure(task.owner(), failure, time.now()));
    }

    /** Nothing is written for a task whose sender wants no result. */
    private static Optional<Outcome.Report> report(Held held, TaskMessage task, Supplier<StoredResult> state) {
        if (task.ignoreResult()) {
            return Optional.empty();
        }
        TaskRef ref = task.ref();
        Fence fence = held.fence(task.retries());
        return Optional.of(new Outcome.Report(ref, fence, state.get()));
    }

    /**
     * Into the broker's delay, with the mark that it was held until its eta, so that no worker's clock is asked again.
     * Beyond the broker's longest delay it comes back unmarked and is put into the delay once more.
     */
    private OutboundMessage delayed(Held held, Message copy, Duration delay) {
        if (delay.isZero()) {
            return outbound(held, copy, delay);
        }
        if (delay.compareTo(longestDelay) > 0) {
            return outbound(held, copy.withoutHeader(LovageHeaders.HELD_UNTIL), longestDelay);
        }
        return outbound(held, copy.withHeader(LovageHeaders.HELD_UNTIL, copy.header("eta")), delay);
    }

    /** A copy that says it was handed out so often before. */
    private static Message withDeliveries(Held held, int deliveries) {
        Message message = held.delivery().message().message();
        return deliveries == 0
                ? message.withoutHeader(LovageHeaders.DELIVERY_COUNT)
                : message.withHeader(LovageHeaders.DELIVERY_COUNT, deliveries);
    }

    private static OutboundMessage outbound(Held held, Message copy, Duration delay) {
        return OutboundMessage.to(held.queue().name(), copy)
                .delayedBy(delay)
                .withPriority(held.delivery().message().priority());
    }
}
