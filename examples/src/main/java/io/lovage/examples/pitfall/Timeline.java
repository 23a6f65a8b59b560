package io.lovage.examples.pitfall;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * What happens to one task, told line by line while it happens: when (in seconds since the beginning), what, to whom.
 * Thread-safe.
 */
public final class Timeline {
    private static final double NANOS_OF_A_SECOND = 1e9;

    private final List<String> told = new ArrayList<>();
    private final LongSupplier nanos;
    private final Consumer<String> reader;
    private final long origin;

    /**
     * Begins now.
     *
     * @param nanos the time in nanoseconds, from any origin
     * @param reader gets every line at once
     */
    public Timeline(LongSupplier nanos, Consumer<String> reader) {
        this.nanos = nanos;
        this.reader = reader;
        this.origin = nanos.getAsLong();
    }

    /** A heading, without a time. */
    public void title(String text) {
        tell("--- " + text);
    }

    /**
     * Something happened now.
     *
     * @param event one of the few words of the story: sent, taken, lease end, redelivered, finished, settled
     */
    public void event(String event, String detail) {
        tell(String.format(Locale.ROOT, "%9.3f s  %-12s %s", elapsed().toNanos() / NANOS_OF_A_SECOND, event, detail));
    }

    /** The time since the beginning. */
    public Duration elapsed() {
        return Duration.ofNanos(nanos.getAsLong() - origin);
    }

    private synchronized void tell(String line) {
        told.add(line);
        reader.accept(line);
    }

    /** Everything told so far. */
    public synchronized List<String> lines() {
        return List.copyOf(told);
    }
}
