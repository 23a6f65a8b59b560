package io.lovage.internal.worker;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/** Lets a background thread rest for a while and still end at once when told to. Thread-safe. */
final class StopSignal {
    private final TimeSource time;
    private CountDownLatch rest = new CountDownLatch(1);
    private boolean stopped;

    StopSignal(TimeSource time) {
        this.time = time;
    }

    /** Rests on the caller's thread, one at a time. True when it is over. */
    boolean rest(Duration pause) throws InterruptedException {
        CountDownLatch latch = new CountDownLatch(1);
        synchronized (this) {
            if (stopped) {
                return true;
            }
            rest = latch;
        }
        TimeSource.Timer timer = time.after(pause, latch::countDown);
        try {
            latch.await();
        } finally {
            timer.cancel();
        }
        return stopped();
    }

    synchronized boolean stopped() {
        return stopped;
    }

    synchronized void stop() {
        stopped = true;
        rest.countDown();
    }
}
