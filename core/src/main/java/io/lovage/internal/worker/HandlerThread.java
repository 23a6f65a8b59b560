package io.lovage.internal.worker;

import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The thread that runs one handler, for those who may have to interrupt it. An interrupt reaches the handler it was
 * meant for or nobody: never the slot's next task. Thread-safe.
 */
final class HandlerThread {
    /** Why a handler was interrupted. */
    enum Reason {
        SOFT_LIMIT,
        HARD_LIMIT,
        LEASE_LOST,
        SHUTDOWN
    }

    private final Set<Reason> reasons = EnumSet.noneOf(Reason.class);
    private @Nullable Thread running;
    private boolean heedsLeaseLoss;
    private @Nullable Runnable afterwards;
    private boolean nobodyWaits;

    /** The current thread begins to work for this delivery. False when the worker is being stopped: do not begin. */
    synchronized boolean begin() {
        if (reasons.contains(Reason.SHUTDOWN)) {
            return false;
        }
        running = Thread.currentThread();
        return true;
    }

    /** The current thread has ended its work; an interrupt that nobody took is taken away. */
    void end() {
        synchronized (this) {
            running = null;
            Thread.interrupted();
        }
        waitNoMore();
    }

    /** Runs {@code action} when the thread has ended its work; at once when none works. At most one can wait. */
    void afterwards(Runnable action) {
        synchronized (this) {
            afterwards = action;
            if (running != null && !nobodyWaits) {
                return;
            }
        }
        waitNoMore();
    }

    /** Whoever waits for the end, or would later, does not wait any longer. */
    void waitNoMore() {
        Runnable action;
        synchronized (this) {
            nobodyWaits = true;
            action = afterwards;
            afterwards = null;
        }
        if (action != null) {
            action.run();
        }
    }

    /** This handler wants to be interrupted when the lease is lost; at once when that has happened already. */
    synchronized void heedLeaseLoss() {
        heedsLeaseLoss = true;
        if (reasons.contains(Reason.LEASE_LOST)) {
            interrupt(Reason.LEASE_LOST);
        }
    }

    /** Interrupts what runs, a lost lease only if that is wanted. Remembered when nothing runs yet. */
    synchronized void interrupt(Reason reason) {
        reasons.add(reason);
        if (running != null && (reason != Reason.LEASE_LOST || heedsLeaseLoss)) {
            running.interrupt();
        }
    }

    /** Whether a thread works for this delivery now. */
    synchronized boolean isBusy() {
        return running != null;
    }

    synchronized boolean wasInterruptedFor(Reason reason) {
        return reasons.contains(reason);
    }

    /** Where the handler is, one frame per line; empty when none runs. */
    synchronized String stack() {
        Thread thread = running;
        if (thread == null) {
            return "";
        }
        StringBuilder text = new StringBuilder();
        for (StackTraceElement frame : thread.getStackTrace()) {
            text.append("\n\tat ").append(frame);
        }
        return text.toString();
    }
}
