package io.lovage.console.demo;

import java.util.ArrayDeque;
import java.util.Deque;
import org.slf4j.LoggerFactory;

/**
 * What must be undone at the end, last first, by whoever ends it: the run itself or a signal. Each thing is undone
 * once. Thread-safe.
 */
final class Cleanup implements AutoCloseable {
    private final Deque<AutoCloseable> things = new ArrayDeque<>();
    private boolean closed;

    /** Takes on {@code thing}; when the end has already come, undoes it at once. */
    <T extends AutoCloseable> T add(T thing) {
        synchronized (this) {
            if (!closed) {
                things.push(thing);
                return thing;
            }
        }
        undo(thing);
        return thing;
    }

    /** Returns when everything is undone, also when another thread does it. */
    @Override
    public synchronized void close() {
        closed = true;
        while (!things.isEmpty()) {
            undo(things.pop());
        }
    }

    /** Whether the end has come. */
    synchronized boolean isClosed() {
        return closed;
    }

    private static void undo(AutoCloseable thing) {
        try {
            thing.close();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            LoggerFactory.getLogger(Cleanup.class).warn("could not clean up: {}", e.toString());
        }
    }
}
