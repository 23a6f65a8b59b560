package io.lovage.internal.worker;

import io.lovage.spi.BrokerException;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores what became of a delivery, then settles it; never the other way round. Thread-safe.
 *
 * <p>Nothing waits here: the slot is free as soon as its handler has ended. How many outcomes can be on their way is
 * bounded by the prefetch, since a delivery keeps its place until it is settled. While the backend or the broker does
 * not answer, they stay on their way for as long as their leases are held.
 */
final class OutcomeWriter {
    private static final Logger log = LoggerFactory.getLogger(OutcomeWriter.class);
    private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));

    private final ResultStore store;
    private final Outcomes outcomes;
    private final Sequels sequels;
    private final Counters counters;
    private final DeclaredQueues queues;
    private final FailureLog failures;
    private final TimeSource time;
    private final Executor executor;
    /** Deliveries whose handler has ended and whose outcome was not written at once. */
    private final Set<Held> onTheirWay = ConcurrentHashMap.newKeySet();

    /**
     * Begins.
     *
     * @param executor runs what may block, off the threads of broker, backend and clock
     */
    OutcomeWriter(
            WorkerEnvironment environment,
            ResultStore store,
            Outcomes outcomes,
            Sequels sequels,
            Counters counters,
            FailureLog failures,
            Executor executor) {
        this.store = store;
        this.failures = failures;
        this.outcomes = outcomes;
        this.sequels = sequels;
        this.counters = counters;
        this.queues = environment.queues();
        this.time = environment.time();
        this.executor = executor;
    }

    void write(Held held, Outcome outcome) {
        if (outcome.report().isPresent()) {
            Outcome.Report report = outcome.report().get();
            goOn(
                    held,
                    store.save(held, report)
                            .handle((answer, error) -> error == null
                                    ? afterStoring(held, outcome, answer)
                                    : insteadOf(outcome, report, error)));
        } else if (outcome.sequel().isPresent()) {
            goOn(held, sequels.carryOut(held, outcome, outcome.sequel().get()));
        } else {
            settle(held, new Settling(outcome, 0, false));
        }
    }

    /** Here when the answer is there, else on a thread that may block. */
    private void goOn(Held held, CompletionStage<Outcome> next) {
        boolean atOnce = next.toCompletableFuture().isDone();
        if (!atOnce) {
            onTheirWay.add(held);
        }
        (atOnce
                        ? next.thenAccept(rest -> write(held, rest))
                        : next.thenAcceptAsync(rest -> write(held, rest), executor))
                .whenComplete((done, error) -> {
                    if (error != null) {
                        leaveBehind(held, error);
                    }
                });
    }

    /** Nothing can be done for it here: the lease ends by itself, and the delivery comes again. */
    void leaveBehind(Held held, Throwable error) {
        onTheirWay.remove(held);
        try {
            held.delivery().abandon();
        } finally {
            held.end();
        }
        counters.leftBehind();
        failures.notSettled(held, error, "it is left behind and comes again when its lease is over");
    }

    /** What was not written yet. */
    List<Held> onTheirWay() {
        return List.copyOf(onTheirWay);
    }

    /** What is left to do: the settlement, without the report. */
    private Outcome afterStoring(Held held, Outcome outcome, Optional<Transition> answer) {
        boolean refused = answer.isPresent() && !answer.get().accepted();
        return refused ? afterRefusal(held, outcome, answer.get().held()) : outcome.withoutReport();
    }

    /**
     * The backend will never take this report: the waiter is told so, with as few words as need be; if even those are
     * refused, an operator is.
     */
    private Outcome insteadOf(Outcome outcome, Outcome.Report report, Throwable reason) {
        log.warn(
                "the state {} of task {} cannot be stored",
                report.state().state(),
                report.task().id(),
                reason);
        if (outcome.kind() == Outcome.Kind.SUCCEEDED) {
            return outcomes.unstorable(report, outcome.sequel(), reason);
        }
        Optional<Outcome.Report> minimal = outcomes.minimal(report, reason);
        if (minimal.isPresent()) {
            return new Outcome(outcome.kind(), minimal, outcome.settlement()).withSequel(outcome.sequel());
        }
        Settlement settlement = outcome.kind() == Outcome.Kind.FAILED
                ? Settlement.deadLetter("result cannot be stored: " + reason.getMessage())
                : outcome.settlement();
        Outcome.Kind kind = outcome.kind() == Outcome.Kind.FAILED ? Outcome.Kind.DEAD_LETTERED : outcome.kind();
        return new Outcome(kind, Optional.empty(), settlement);
    }

    /**
     * A final state or a newer fence was there first (rule R11.6). What cannot be run is dead-lettered all the same,
     * unless it is done: an earlier worker may have stored the failure and died. Otherwise what is done is done, and
     * what is not belongs to a newer delivery.
     */
    private Outcome afterRefusal(Held held, Outcome outcome, StoredResult present) {
        counters.lateResultRefused(held, present);
        boolean done = present.state().isFinal() && !present.state().equals(TaskState.FAILURE);
        if (outcome.kind() == Outcome.Kind.DEAD_LETTERED && !done) {
            return new Outcome(outcome.kind(), Optional.empty(), outcome.settlement());
        }
        if (!present.state().isFinal()) {
            return outcomes.overtaken(held);
        }
        return outcome.sequel()
                .map(sequel -> outcomes.alreadyDone(sequel.task(), present))
                .orElseGet(outcomes::alreadyDone);
    }

    /**
     * A settlement that is being tried.
     *
     * @param failures how often it has failed
     * @param mended whether what may be missing at the broker was made again
     */
    private record Settling(Outcome outcome, int failures, boolean mended) {
        Outcome.Kind kind() {
            return outcome.kind();
        }

        Settlement how() {
            return outcome.settlement();
        }

        Settling failedOnceMore() {
            return new Settling(outcome, failures + 1, mended);
        }

        Settling withMendedQueue() {
            return new Settling(outcome, failures + 1, true);
        }
    }

    private void settle(Held held, Settling settling) {
        if (!held.beginSettling()) {
            leave(held);
            return;
        }
        stage(held, settling.how()).whenComplete((answer, error) -> {
            if (error == null) {
                settled(held, settling, answer);
            } else {
                notSettled(held, settling, error);
            }
        });
    }

    private static CompletionStage<Settled> stage(Held held, Settlement how) {
        try {
            return held.delivery().settle(how);
        } catch (RuntimeException e) { // whatever it is: the delivery must not be forgotten
            return CompletableFuture.failedFuture(e);
        }
    }

    private void settled(Held held, Settling settling, Settled answer) {
        switch (answer) {
            case APPLIED, SENT -> {
                counters.settled(settling.kind());
                sequels.forget(settling.outcome().completed());
                held.tell(story -> story.settled(settling.kind(), settling.how()));
                if (settling.how() instanceof Settlement.DeadLetter dead) {
                    failures.deadLettered(held, dead.reason());
                }
            }
            case LEASE_LOST -> held.lose();
            case UNKNOWN -> counters.settledUnknown();
        }
        onTheirWay.remove(held);
        held.end();
    }

    /** Nothing was changed and the delivery is still held. */
    private void notSettled(Held held, Settling settling, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (!(cause instanceof BrokerException refusal)) {
            leaveBehind(held, cause);
            return;
        }
        onTheirWay.add(held);
        held.settlingFailed();
        if (refusal.retryable()) {
            repeatLater(held, settling, refusal);
        } else if (!settling.mended()) {
            executor.execute(() -> mend(held, settling, refusal));
        } else {
            giveUp(held, settling, refusal);
        }
    }

    private void repeatLater(Held held, Settling settling, BrokerException why) {
        if (settling.failures() == 0) {
            failures.notSettled(held, why, "it is tried again");
        }
        time.after(
                BACKOFF.pause(settling.failures()),
                () -> executor.execute(() -> settle(held, settling.failedOnceMore())));
    }

    /** Most likely somebody deleted the queue or its dead-letter queue: they are made again, once, before it is. */
    private void mend(Held held, Settling settling, BrokerException why) {
        failures.notSettled(held, why, "the queue is declared again");
        try {
            queues.declare(held.queue());
            declareTargets(settling.how());
        } catch (BrokerException e) {
            if (e.retryable()) {
                repeatLater(held, settling, e);
            } else {
                giveUp(held, settling, e);
            }
            return;
        } catch (RuntimeException e) { // a defect of the broker's module
            leaveBehind(held, e);
            return;
        }
        settle(held, settling.withMendedQueue());
    }

    /** The queues of what follows the task may be what is missing. */
    private void declareTargets(Settlement how) {
        if (how instanceof Settlement.AckAfter after) {
            for (OutboundMessage message : after.first()) {
                message.to()
                        .fold(
                                queue -> {
                                    queues.forget(queue.name());
                                    return queues.capabilities(queue.name()).kind();
                                },
                                reply -> "");
            }
        }
    }

    /**
     * The broker will never take this settlement, and repeating it would keep the delivery's place in the prefetch for
     * ever. The message comes again, later and counted; when not even that is taken, the lease is let go.
     */
    private void giveUp(Held held, Settling settling, BrokerException why) {
        if (settling.kind() == Outcome.Kind.RELEASED) {
            leaveBehind(held, why);
            return;
        }
        failures.notSettled(held, why, "it is to be given back instead of " + settling.kind());
        settle(held, new Settling(new Outcome(Outcome.Kind.RELEASED, Optional.empty(), Outcomes.later(held)), 0, true));
    }

    /** Lost, or in the hands of somebody else who settles it: nothing more is written (rule R4.4). */
    private void leave(Held held) {
        onTheirWay.remove(held);
        held.endIfLost();
    }
}
