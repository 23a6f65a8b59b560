package io.lovage.internal.time;

import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The machine's clock: the only class that asks the JVM for the time. Has one daemon thread, which starts with the
 * first action and ends when none was waiting for a while. Thread-safe. Who made it closes it.
 */
public final class SystemTime implements TimeSource, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SystemTime.class);
    private static final long IDLE_SECONDS = 10;

    /** Further away than any process lives, and far from overflow inside the scheduler. */
    private static final Duration FOREVER = Duration.ofDays(36_500);

    private final ScheduledThreadPoolExecutor scheduler;

    public SystemTime(Threads threads) {
        // what is asked for after close is dropped, as what was waiting is
        scheduler = new ScheduledThreadPoolExecutor(1, threads.named("time"), new ThreadPoolExecutor.DiscardPolicy());
        scheduler.setRemoveOnCancelPolicy(true);
        scheduler.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
        scheduler.allowCoreThreadTimeOut(true);
    }

    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public long nanoTime() {
        return System.nanoTime();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        Duration bounded = delay.compareTo(FOREVER) > 0 ? FOREVER : delay;
        Future<?> run = scheduler.schedule(() -> runLogged(action), bounded.toNanos(), TimeUnit.NANOSECONDS);
        return () -> run.cancel(false);
    }

    private static void runLogged(Runnable action) {
        try {
            action.run();
        } catch (Throwable thrown) {
            // whatever it is: the one thread must go on for everybody else
            LOG.error("a timed action failed", thrown);
        }
    }

    /** Ends the thread; what waits is dropped. The clock still tells the time. Idempotent. */
    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
