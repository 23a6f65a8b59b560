package io.lovage.testservers;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What happens to the bytes of one direction of a {@link FaultProxy}: all its connections pass here. Thread-safe; a
 * change wakes those who wait.
 */
final class Lane {
    private static final long NO_LIMIT = Long.MAX_VALUE;

    private boolean open = true;
    private long delayNanos;
    private long changes;
    private long left = NO_LIMIT;
    private long passed;
    private @Nullable CompletableFuture<Void> cut;

    synchronized void pass() {
        change(true, 0);
    }

    synchronized void blackHole() {
        change(false, 0);
    }

    synchronized void delay(Duration delay) {
        change(true, delay.toNanos());
    }

    private void change(boolean nowOpen, long nowDelayNanos) {
        open = nowOpen;
        delayNanos = nowDelayNanos;
        changes++;
        notifyAll();
    }

    synchronized void cutAfter(long bytes, CompletableFuture<Void> done) {
        left = bytes;
        cut = done;
    }

    /** Waits until a portion that has been read may be written. */
    synchronized void await() throws InterruptedException {
        long delayedSince = changes;
        long end = System.nanoTime() + delayNanos;
        long wait = delayNanos;
        while (!open || (wait > 0 && delayedSince == changes)) {
            if (open) {
                // at least one millisecond: wait(0) is for ever
                wait(Math.max(1, wait / 1_000_000));
                wait = end - System.nanoTime();
            } else {
                wait();
            }
        }
    }

    /** How many of the bytes of a portion may pass. Fewer than asked for: the connection is to be reset after them. */
    synchronized int take(int bytes) {
        int passing = (int) Math.min(bytes, left);
        if (left != NO_LIMIT) {
            left -= passing;
        }
        passed += passing;
        return passing;
    }

    synchronized long passed() {
        return passed;
    }

    /** The connection over the limit has been reset: everything passes again. */
    synchronized void wasCut() {
        left = NO_LIMIT;
        CompletableFuture<Void> done = cut;
        cut = null;
        if (done != null) {
            done.complete(null);
        }
    }
}
