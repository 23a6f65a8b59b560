package io.lovage.internal.worker;

import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Does one job again and again on a thread of its own. Thread-safe; start and stop are idempotent. */
final class Periodic {
    private static final Logger log = LoggerFactory.getLogger(Periodic.class);

    private final Duration interval;
    private final Runnable job;
    private final StopSignal signal;
    private final Thread thread;

    Periodic(String role, Duration interval, Runnable job, TimeSource time, Threads threads) {
        this.interval = interval;
        this.job = job;
        this.signal = new StopSignal(time);
        this.thread = threads.named(role).newThread(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        try {
            while (!signal.rest(interval)) {
                runOnce();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // somebody wants this thread to end: it ends
        }
    }

    private void runOnce() {
        try {
            job.run();
        } catch (RuntimeException e) {
            log.warn("{} failed and will be repeated", thread.getName(), e);
        }
    }

    /** Does not wait: the job that runs now may end later, and changes nothing any more. */
    void stop() {
        signal.stop();
    }
}
