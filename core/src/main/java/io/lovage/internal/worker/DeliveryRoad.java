package io.lovage.internal.worker;

import java.util.Optional;
import java.util.concurrent.Executor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The road of one delivery: may it run, run it, write the outcome. The same for a worker's slots and for
 * {@link SteppedWorker}. Thread-safe.
 */
final class DeliveryRoad {
    private static final Logger log = LoggerFactory.getLogger(DeliveryRoad.class);

    private final Admission admission;
    private final Execution execution;
    private final Outcomes outcomes;
    private final OutcomeWriter writer;
    private final FailureLog failures;

    DeliveryRoad(
            Admission admission, Execution execution, Outcomes outcomes, OutcomeWriter writer, FailureLog failures) {
        this.admission = admission;
        this.execution = execution;
        this.outcomes = outcomes;
        this.writer = writer;
        this.failures = failures;
    }

    /**
     * Builds the road.
     *
     * @param executor runs what may block, off the threads of broker, backend and clock
     */
    static DeliveryRoad build(
            WorkerEnvironment environment, WorkerSpec spec, Counters counters, Remote remote, Executor executor) {
        ResultStore store = new ResultStore(environment, executor);
        Outcomes outcomes = new Outcomes(environment);
        FailureLog failures = new FailureLog(environment);
        Sequels sequels = new Sequels(environment, store);
        Claims claims = new Claims(environment, spec.presence().node(), store, outcomes);
        OutcomeWriter writer = new OutcomeWriter(environment, store, outcomes, sequels, counters, failures, executor);
        OverdueTasks overdue = new OverdueTasks(outcomes, writer, failures, executor);
        TimeLimits limits = new TimeLimits(environment.time(), overdue);
        return new DeliveryRoad(
                new Admission(spec.handlers(), claims, outcomes, sequels, failures, environment.time(), remote),
                new Execution(environment, new Execution.Parts(claims, outcomes, failures, remote.revoked(), limits)),
                outcomes,
                writer,
                failures);
    }

    /** Leads it to its end on this thread; only the storing and settling may go on afterwards. */
    void travel(Held held) {
        atLast(held, () -> outcomeOf(held).ifPresent(outcome -> writer.write(held, outcome)));
    }

    /** Gives it back, unstarted or ended; beyond its hard limit the handler may still run. */
    void giveBack(Held held) {
        atLast(
                held,
                () -> writer.write(
                        held, held.thread().isBusy() ? outcomes.releasedWhileRunning() : outcomes.released(held)));
    }

    /** Takes it from a handler that does not end. */
    void takeAway(Held held) {
        atLast(held, () -> {
            writer.write(held, outcomes.releasedWhileRunning());
            held.thread().waitNoMore();
        });
    }

    /** Gives back everything whose outcome could not be written: it will run again. For the end of a worker. */
    void releaseWhatIsOnItsWay() {
        writer.onTheirWay().forEach(this::giveBack);
    }

    /** Nobody travels here any more. */
    void end() {
        failures.flush();
    }

    /** The last resort of the worker's boundary: whatever happens, whoever calls goes on, and the lease ends. */
    private void atLast(Held held, Runnable action) {
        try {
            action.run();
        } catch (Throwable e) {
            writer.leaveBehind(held, e);
        }
    }

    /** Empty when somebody else has decided it. */
    private Optional<Outcome> outcomeOf(Held held) {
        if (!held.ours() || !held.thread().begin()) {
            return Optional.of(outcomes.released(held));
        }
        try {
            return admission.admit(held).fold(execution::run, Optional::of);
        } catch (Throwable e) {
            // What handlers throw does not get here.
            log.error(
                    "delivery {} of a message of queue '{}' could not be processed",
                    held.deliveryCount(),
                    held.queue().name(),
                    e);
            return Optional.of(outcomes.unprocessable(held));
        } finally {
            held.thread().end();
        }
    }
}
