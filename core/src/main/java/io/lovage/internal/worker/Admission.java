package io.lovage.internal.worker;

import io.lovage.internal.wire.ArgumentBinder;
import io.lovage.internal.wire.ArgumentMismatchException;
import io.lovage.internal.wire.Failure;
import io.lovage.internal.wire.MessageDecoder;
import io.lovage.internal.wire.TaskMessage;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.TimeSource;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a delivery runs. The checks that end in the dead-letter queue come first: a worker that died between
 * storing the failure and dead-lettering must not make the next one believe that all was done. Thread-safe.
 */
final class Admission {
    private final MessageDecoder decoder = new MessageDecoder();
    private final ArgumentBinder binder = new ArgumentBinder();
    private final Map<String, Registered<?, ?>> handlers;
    private final Claims claims;
    private final Outcomes outcomes;
    private final Sequels sequels;
    private final FailureLog failures;
    private final TimeSource time;
    private final Remote remote;

    Admission(
            Map<String, Registered<?, ?>> handlers,
            Claims claims,
            Outcomes outcomes,
            Sequels sequels,
            FailureLog failures,
            TimeSource time,
            Remote remote) {
        this.handlers = handlers;
        this.claims = claims;
        this.outcomes = outcomes;
        this.sequels = sequels;
        this.failures = failures;
        this.time = time;
        this.remote = remote;
    }

    Verdict admit(Held held) {
        return decoder.decode(held.delivery().message())
                .fold(
                        readable -> admit(held, readable.message()),
                        garbage -> new Verdict.End(outcomes.unreadable(held, garbage)));
    }

    private Verdict admit(Held held, TaskMessage task) {
        remote.events().received(held, task);
        if (held.deliveryCount() > held.queue().deliveryLimit()) {
            return new Verdict.End(outcomes.overDeliveryLimit(held, task));
        }
        Registered<?, ?> registered = handlers.get(task.task());
        if (registered == null) {
            held.tell(story -> story.failed(Failure.notRegistered(task.task())));
            return new Verdict.End(outcomes.unknownTask(held, task));
        }
        Optional<String> canvas = sequels.unsupported(task);
        if (canvas.isPresent()) {
            return new Verdict.End(outcomes.unsupported(held, task, canvas.get()));
        }
        Optional<Outcome> done = claims.alreadyDone(held, task);
        if (done.isPresent()) {
            return new Verdict.End(done.get());
        }
        Instant now = time.now();
        if (task.expires().filter(expiry -> !now.isBefore(expiry)).isPresent()) {
            return new Verdict.End(revoked(held, task, "expired"));
        }
        if (remote.revoked().contains(task.id().value())) {
            return new Verdict.End(revoked(held, task, "revoked"));
        }
        Optional<Instant> eta = task.eta().filter(due -> due.isAfter(now) && !wasHeldUntilItsEta(task));
        if (eta.isPresent()) {
            return new Verdict.End(postpone(held, task, eta.get()));
        }
        held.runs(task, now);
        return bind(held, task, registered);
    }

    private Outcome revoked(Held held, TaskMessage task, String why) {
        held.tell(story -> story.revoked(why));
        return outcomes.revoked(held, task, why);
    }

    /** The broker waited for this very eta: this worker's clock, which may differ, is not asked. */
    private static boolean wasHeldUntilItsEta(TaskMessage task) {
        Object heldUntil = task.headers().get(LovageHeaders.HELD_UNTIL);
        return heldUntil != null && heldUntil.equals(task.headers().get("eta"));
    }

    private Outcome postpone(Held held, TaskMessage task, Instant eta) {
        if (held.capabilities().has(QueueFeature.DELAY)) {
            return outcomes.postponed(held, eta);
        }
        String what = "an eta in the future, and queue '" + held.queue().name() + "' ("
                + held.capabilities().kind() + ") cannot keep messages back";
        return outcomes.unsupported(held, task, what);
    }

    private <A, R> Verdict bind(Held held, TaskMessage task, Registered<A, R> registered) {
        try {
            @Nullable A argument = binder.read(task.payload(), registered.task().argumentType());
            return new Verdict.Run(new Attempt<>(held, task, registered, argument));
        } catch (ArgumentMismatchException e) {
            Failure failure = Failure.of(e);
            failures.failed(task, failure);
            held.tell(story -> story.failed(failure));
            return new Verdict.End(outcomes.failure(held, task, failure));
        }
    }
}
