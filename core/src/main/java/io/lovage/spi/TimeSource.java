package io.lovage.spi;

import java.time.Duration;
import java.time.Instant;

/** The one clock: tells the time and runs things later. Tests own it. Thread-safe. */
public interface TimeSource {
    /** The wall clock. For what is written into messages and shown to people, never for measuring. */
    Instant now();

    /** A clock that only goes forward, in nanoseconds from an arbitrary origin. */
    long nanoTime();

    /**
     * Runs {@code action} once, after {@code delay}, on a thread of this clock; it must not block. An action that
     * throws is logged and changes nothing else.
     */
    Timer after(Duration delay, Runnable action);

    /** Something that will run later. */
    @FunctionalInterface
    interface Timer {
        /** Prevents the run if it has not begun; harmless afterwards. */
        void cancel();
    }
}
