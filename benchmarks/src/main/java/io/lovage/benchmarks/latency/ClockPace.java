package io.lovage.benchmarks.latency;

import io.lovage.spi.TimeSource;
import java.util.concurrent.locks.LockSupport;

/** Waits without using the processor; the system wakes a thread some ten microseconds too late. Thread-safe. */
record ClockPace(TimeSource time) implements Pace {
    @Override
    public long nanoTime() {
        return time.nanoTime();
    }

    @Override
    public void until(long nanoTime) throws InterruptedException {
        for (long left = nanoTime - nanoTime(); left > 0; left = nanoTime - nanoTime()) {
            LockSupport.parkNanos(this, left);
            if (Thread.interrupted()) {
                throw new InterruptedException("while waiting for its time");
            }
        }
    }
}
