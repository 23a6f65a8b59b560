package io.lovage.internal.worker;

import io.lovage.spi.BrokerException;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskState;
import io.lovage.spi.TimeSource;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final Counters counters;
    private final TimeSource time;
    private final Executor executor;
    /** Deliveries whose handler has ended and whose outcome was not written at once. */
    private final Set<Held> onTheirWay = ConcurrentHashMap.newKeySet();

    private final AtomicBoolean lateResultSeen = new AtomicBoolean();

    /**
     * Begins.
     *
     * @param executor runs what may block, off the threads of broker, backend and clock
     */
    OutcomeWriter(ResultStore store, Outcomes outcomes, Counters counters, TimeSource time, Executor executor) {
        this.store = store;
        this.outcomes = outcomes;
        this.counters = counters;
        this.time = time;
        this.executor = executor;
    }

    void write(Held held, Outcome outcome) {
        if (outcome.report().isEmpty()) {
            settle(held, outcome.kind(), outcome.settlement(), 0);
            return;
        }
        Outcome.Report report = outcome.report().get();
        CompletionStage<Outcome> next = store.save(held, report)
                .handle((answer, error) ->
                        error == null ? afterStoring(held, outcome, answer) : insteadOf(outcome, report, error));
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

    /** A defect, here or in the broker's module: the lease ends by itself, and the delivery comes again. */
    void leaveBehind(Held held, Throwable error) {
        log.error("a delivery of queue '{}' is left behind", held.queue().name(), error);
        onTheirWay.remove(held);
        held.delivery().abandon();
        held.end();
    }

    /** Gives back everything whose outcome could not be written: it will run again. For the end of a worker. */
    void releaseWhatIsOnItsWay() {
        for (Held held : onTheirWay) {
            write(held, outcomes.released(held));
        }
    }

    /** What is left to do: the settlement, without the report. */
    private Outcome afterStoring(Held held, Outcome outcome, Optional<Transition> answer) {
        boolean refused = answer.isPresent() && !answer.get().accepted();
        return refused
                ? afterRefusal(held, outcome, answer.get().held())
                : new Outcome(outcome.kind(), Optional.empty(), outcome.settlement());
    }

    /** The backend will never take this report: the waiter is told so, or, if even that is refused, an operator. */
    private Outcome insteadOf(Outcome outcome, Outcome.Report report, Throwable reason) {
        log.warn(
                "the state {} of task {} cannot be stored",
                report.state().state(),
                report.task().id(),
                reason);
        if (outcome.kind() == Outcome.Kind.SUCCEEDED) {
            return outcomes.unstorable(report, reason);
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
        counters.lateResultRefused();
        if (lateResultSeen.compareAndSet(false, true)) {
            log.warn(
                    "the result of task {} came too late: {} was there; later ones are counted only",
                    present.id(),
                    present.state());
        }
        boolean done = present.state().isFinal() && !present.state().equals(TaskState.FAILURE);
        if (outcome.kind() == Outcome.Kind.DEAD_LETTERED && !done) {
            return new Outcome(outcome.kind(), Optional.empty(), outcome.settlement());
        }
        return present.state().isFinal() ? outcomes.alreadyDone() : outcomes.overtaken(held);
    }

    private void settle(Held held, Outcome.Kind kind, Settlement how, int failures) {
        if (!held.beginSettling()) {
            leave(held);
            return;
        }
        stage(held, how).whenComplete((answer, error) -> {
            if (error == null) {
                settled(held, kind, answer);
            } else {
                notSettled(held, kind, how, failures, error);
            }
        });
    }

    private static CompletionStage<Settled> stage(Held held, Settlement how) {
        try {
            return held.delivery().settle(how);
        } catch (BrokerException | IllegalStateException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private void settled(Held held, Outcome.Kind kind, Settled answer) {
        switch (answer) {
            case APPLIED, SENT -> counters.settled(kind);
            case LEASE_LOST -> held.lose();
            case UNKNOWN -> counters.settledUnknown();
        }
        onTheirWay.remove(held);
        held.end();
    }

    /** Nothing was changed and the delivery is still held: again, after a pause. */
    private void notSettled(Held held, Outcome.Kind kind, Settlement how, int failures, Throwable error) {
        Throwable cause = error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
        if (!(cause instanceof BrokerException)) {
            log.error("a delivery of queue '{}' cannot be settled", held.queue().name(), cause);
            onTheirWay.remove(held);
            held.end();
            return;
        }
        if (failures == 0) {
            log.warn(
                    "settling a delivery of queue '{}' failed and is repeated",
                    held.queue().name(),
                    cause);
        }
        onTheirWay.add(held);
        held.settlingFailed();
        time.after(BACKOFF.pause(failures), () -> executor.execute(() -> settle(held, kind, how, failures + 1)));
    }

    /** Lost, or in the hands of somebody else who settles it: nothing more is written (rule R4.4). */
    private void leave(Held held) {
        onTheirWay.remove(held);
        held.endIfLost();
    }
}
