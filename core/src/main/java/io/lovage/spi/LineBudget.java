package io.lovage.spi;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.ObjIntConsumer;

/**
 * Keeps a flood out of the log: of each kind of line the first few in a minute are written, then their number. Kinds
 * may be made of what strangers sent, so only so many are told apart. Thread-safe.
 */
public final class LineBudget {
    /** So many lines of a kind are written in a minute. */
    public static final int LINES = 5;

    /** What counts as one minute. */
    public static final Duration SPAN = Duration.ofMinutes(1);

    static final int KINDS = 50;
    private static final String OTHERS = "others";

    private final ReentrantLock lock = new ReentrantLock();
    private final TimeSource time;
    private final ObjIntConsumer<String> rest;
    /* guarded by lock */
    private final Map<String, Span> spans = new HashMap<>();

    /** A minute of one kind; guarded by the lock. */
    private static final class Span {
        private final long begunNanos;
        private int lines;

        Span(long begunNanos) {
            this.begunNanos = begunNanos;
        }
    }

    /**
     * Begins.
     *
     * @param rest is told the kind and how many lines of it were held back, at the end of the minute
     */
    public LineBudget(TimeSource time, ObjIntConsumer<String> rest) {
        this.time = time;
        this.rest = rest;
    }

    /** Whether a line of this kind may be written. */
    public boolean allows(String kind) {
        lock.lock();
        try {
            long now = time.nanoTime();
            spans.values().removeIf(span -> span.lines <= LINES && now - span.begunNanos >= SPAN.toNanos());
            String known = spans.containsKey(kind) || spans.size() < KINDS ? kind : OTHERS;
            Span span = spans.computeIfAbsent(known, unused -> new Span(now));
            span.lines++;
            if (span.lines == LINES + 1) {
                time.after(SPAN.minusNanos(now - span.begunNanos), () -> tell(known, span));
            }
            return span.lines <= LINES;
        } finally {
            lock.unlock();
        }
    }

    private void tell(String kind, Span span) {
        lock.lock();
        try {
            if (!spans.remove(kind, span)) {
                return;
            }
        } finally {
            lock.unlock();
        }
        rest.accept(kind, span.lines - LINES);
    }

    /** Tells what was held back until now, and begins anew. */
    public void flush() {
        Map<String, Span> open;
        lock.lock();
        try {
            open = new HashMap<>(spans);
            spans.clear();
        } finally {
            lock.unlock();
        }
        open.forEach((kind, span) -> {
            if (span.lines > LINES) {
                rest.accept(kind, span.lines - LINES);
            }
        });
    }
}
