package io.lovage.internal.worker;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts handlers at their soft limit, and at their hard limit once more: then the task has failed, whatever its
 * handler still does. A thread cannot be stopped from outside: a handler that goes on all the same keeps its slot and
 * is reported with its stack, never claimed to have ended. Thread-safe.
 */
final class TimeLimits {
    private static final Logger log = LoggerFactory.getLogger(TimeLimits.class);

    /** How long a handler may take to heed the interrupt before it is reported. */
    static final Duration HEED = Duration.ofSeconds(5);

    private final TimeSource time;
    private final Overdue overdue;

    /** Decides how a task ends that is beyond its hard limit. Called once, and does not block. */
    interface Overdue {
        void end(Attempt<?, ?> attempt, Duration limit);
    }

    TimeLimits(TimeSource time, Overdue overdue) {
        this.time = time;
        this.overdue = overdue;
    }

    /** Begins to watch the handler that is about to run on this thread. */
    Watch watch(Attempt<?, ?> attempt) {
        Watch watch = new Watch();
        HandlerThread thread = attempt.held().thread();
        attempt.softTimeLimit().ifPresent(limit -> {
            watch.add(time.after(limit, () -> thread.interrupt(HandlerThread.Reason.SOFT_LIMIT)));
            watch.add(time.after(limit.plus(HEED), () -> report(attempt, "soft", limit)));
        });
        attempt.message().hardTimeLimit().ifPresent(limit -> {
            watch.add(time.after(limit, () -> fail(attempt, watch, limit)));
            watch.add(time.after(limit.plus(HEED), () -> report(attempt, "hard", limit)));
        });
        return watch;
    }

    /** The handler has not ended: it is told so, and no longer asked. */
    private void fail(Attempt<?, ?> attempt, Watch watch, Duration limit) {
        if (watch.decide()) {
            attempt.held().overdue();
            overdue.end(attempt, limit);
            attempt.held().thread().interrupt(HandlerThread.Reason.HARD_LIMIT);
        }
    }

    private static void report(Attempt<?, ?> attempt, String kind, Duration limit) {
        String stack = attempt.held().thread().stack();
        if (!stack.isEmpty()) {
            log.warn(
                    "task {} {} still runs beyond its {} time limit of {} ms and cannot be stopped:{}",
                    attempt.message().task(),
                    attempt.message().id(),
                    kind,
                    limit.toMillis(),
                    stack);
        }
    }

    /** The watch over one handler. Either its end or its hard limit comes first, and decides. */
    static final class Watch {
        private final List<TimeSource.Timer> timers = new ArrayList<>();
        private final AtomicBoolean decided = new AtomicBoolean();

        private void add(TimeSource.Timer timer) {
            timers.add(timer);
        }

        private boolean decide() {
            return decided.compareAndSet(false, true);
        }

        /** The handler has ended. False when that comes too late to matter. */
        boolean end() {
            timers.forEach(TimeSource.Timer::cancel);
            return decide();
        }
    }
}
