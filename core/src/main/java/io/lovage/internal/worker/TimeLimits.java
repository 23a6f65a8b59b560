package io.lovage.internal.worker;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Interrupts handlers at their soft limit. A thread cannot be stopped from outside: a handler that goes on all the same
 * is reported with its stack, never claimed to have ended. Thread-safe.
 */
final class TimeLimits {
    private static final Logger log = LoggerFactory.getLogger(TimeLimits.class);
    private static final Watch NOTHING = new Watch(List.of());

    /** How long a handler may take to heed the interrupt before it is reported. */
    static final Duration HEED = Duration.ofSeconds(5);

    private final TimeSource time;

    TimeLimits(TimeSource time) {
        this.time = time;
    }

    /** Begins to watch the handler that is about to run on this thread. */
    Watch watch(Attempt<?, ?> attempt) {
        Optional<Duration> soft = attempt.softTimeLimit();
        Optional<Duration> hard = attempt.message().hardTimeLimit();
        if (soft.isEmpty() && hard.isEmpty()) {
            return NOTHING;
        }
        List<TimeSource.Timer> timers = new ArrayList<>();
        soft.ifPresent(limit -> {
            HandlerThread thread = attempt.held().thread();
            timers.add(time.after(limit, () -> thread.interrupt(HandlerThread.Reason.SOFT_LIMIT)));
            timers.add(time.after(limit.plus(HEED), () -> report(attempt, "soft", limit)));
        });
        hard.ifPresent(limit -> timers.add(time.after(limit, () -> report(attempt, "hard", limit))));
        return new Watch(timers);
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

    /** The watch over one handler. */
    record Watch(List<TimeSource.Timer> timers) {
        void end() {
            timers.forEach(TimeSource.Timer::cancel);
        }
    }
}
