package io.lovage.rabbitmq;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that can leap ahead, as it seems to somebody who was asleep. Timers go by the time that really passes. */
final class SkippingClock implements TimeSource {
    private final AtomicLong skippedNanos = new AtomicLong();
    private final TimeSource real;

    SkippingClock(TimeSource real) {
        this.real = real;
    }

    void skip(Duration time) {
        skippedNanos.addAndGet(time.toNanos());
    }

    @Override
    public Instant now() {
        return real.now().plusNanos(skippedNanos.get());
    }

    @Override
    public long nanoTime() {
        return real.nanoTime() + skippedNanos.get();
    }

    @Override
    public Timer after(Duration delay, Runnable action) {
        return real.after(delay, action);
    }
}
