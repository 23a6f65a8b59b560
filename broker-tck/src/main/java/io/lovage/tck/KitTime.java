package io.lovage.tck;

import io.lovage.spi.TimeSource;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The machine's clock, told right or off by some time: both its wall clock and its origin of nanoseconds. */
final class KitTime implements TimeSource, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(KitTime.class);

    private final ScheduledThreadPoolExecutor timer;
    private final Clock clock;
    private final long offsetNanos;

    private KitTime(Duration offset) {
        this.clock = Clock.offset(Clock.systemUTC(), offset);
        this.offsetNanos = offset.toNanos();
        this.timer = new ScheduledThreadPoolExecutor(1, KitThreads.of("tck").named("time"));
        timer.setRemoveOnCancelPolicy(true);
    }

    static KitTime exact() {
        return new KitTime(Duration.ZERO);
    }

    /** A clock that is wrong by so much; negative is late. */
    static KitTime off(Duration offset) {
        return new KitTime(offset);
    }

    @Override
    public Instant now() {
        return clock.instant();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime() + offsetNanos;
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        ScheduledFuture<?> scheduled = timer.schedule(() -> run(action), delay.toNanos(), TimeUnit.NANOSECONDS);
        return () -> scheduled.cancel(false);
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (RuntimeException e) {
            log.error("a timed action failed", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
