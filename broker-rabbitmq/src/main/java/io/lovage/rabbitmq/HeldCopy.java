package io.lovage.rabbitmq;

import io.lovage.spi.Settled;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The copy in the holding queue that stands for a delivery, and what is to become of it. Thread-safe; calls nobody with
 * its lock held.
 *
 * <p>Its lease runs by our clock from before it was published, so that it is over here not later than on the server.
 */
final class HeldCopy {
    private enum State {
        /** Published; the original is still what counts. */
        PUBLISHED,
        /** It is held, and the original is being acknowledged. */
        TAKING_OVER,
        /** It stands for the delivery. */
        KEPT,
        /** The delivery is settled: only to be acknowledged. */
        ENDING,
        /** The lease is lost or was given up: to be sent to the task queue, if it is still here. */
        HOMEBOUND,
        /** Nothing depends on it: to be acknowledged, if it is ever seen. */
        OVER
    }

    /** What is done with a copy that was taken from the holding queue. */
    enum Fate {
        RENEW,
        ACKNOWLEDGE,
        SEND_HOME
    }

    private final String token;
    private final RabbitDelivery delivery;
    private final TimeSource time;
    private final long leaseNanos;
    /* guarded by this */
    private State state = State.PUBLISHED;
    private boolean hidden;
    private long safeUntil;
    private long visibleSince;
    private @Nullable Runnable wake;

    HeldCopy(String token, RabbitDelivery delivery, TimeSource time, Duration lease) {
        this.token = token;
        this.delivery = delivery;
        this.time = time;
        this.leaseNanos = lease.toNanos();
        this.safeUntil = time.nanoTime() + leaseNanos;
    }

    String token() {
        return token;
    }

    RabbitDelivery delivery() {
        return delivery;
    }

    /** Whether it takes one of the deliveries that the consumer may have. */
    synchronized boolean counts() {
        return state == State.TAKING_OVER || state == State.KEPT || state == State.ENDING;
    }

    /** Whether the lease is lost; once it is, it remains so, and whoever finds that out sees to it that it is told. */
    synchronized boolean isOver() {
        if (state == State.KEPT && isLate()) {
            state = State.HOMEBOUND;
        }
        return state == State.HOMEBOUND || state == State.OVER;
    }

    private boolean isLate() {
        return time.nanoTime() - safeUntil >= 0;
    }

    /**
     * The server has it, published not before {@code since}. When so much of its lease has passed that it may end
     * before a round can renew it, the original stays what counts, and the copy is one too many. Returns what is then
     * to be told.
     */
    synchronized @Nullable Runnable dropIfLate(long since) {
        if (state != State.PUBLISHED || time.nanoTime() - since < leaseNanos / 2) {
            return null;
        }
        state = State.OVER;
        return () -> delivery.endMove(null);
    }

    /** The server has it, published not before {@code since}: may the original go? */
    synchronized boolean takeOver(long since) {
        safeUntil = since + leaseNanos;
        visibleSince = time.nanoTime();
        if (state != State.PUBLISHED) {
            return false;
        }
        state = State.TAKING_OVER;
        return true;
    }

    /**
     * The original was acknowledged.
     *
     * @param whenSettled is run when there is something to be done for it
     */
    synchronized void keep(Runnable whenSettled) {
        wake = whenSettled;
        if (state == State.TAKING_OVER) {
            state = State.KEPT;
        }
    }

    /** The original still counts, or is lost itself. */
    synchronized void drop() {
        state = State.OVER;
    }

    /** The delivery was settled, as far as the rest of it is concerned; {@code finished} follows. */
    void settle() {
        Runnable next;
        synchronized (this) {
            if (state == State.KEPT && !isLate()) {
                state = State.ENDING;
                next = wake;
            } else {
                if (state == State.KEPT) {
                    state = State.HOMEBOUND;
                }
                next = () -> delivery.finished(Settled.LEASE_LOST);
            }
        }
        if (next != null) {
            next.run();
        }
    }

    /** The lease is given up. */
    void sendHome() {
        Runnable next;
        synchronized (this) {
            if (state == State.TAKING_OVER || state == State.KEPT) {
                state = State.HOMEBOUND;
            }
            next = wake;
        }
        if (next != null) {
            next.run();
        }
    }

    /** It was taken from the holding queue. */
    synchronized Fate seen(boolean firstInThisRound) {
        hidden = false;
        if (!firstInThisRound || state == State.ENDING || state == State.OVER) {
            return Fate.ACKNOWLEDGE;
        }
        return state == State.HOMEBOUND ? Fate.SEND_HOME : Fate.RENEW;
    }

    /** A new one is held by the server in place of the one that was taken, published not before {@code since}. */
    synchronized void renewed(long since) {
        safeUntil = Math.max(safeUntil, since + leaseNanos);
        visibleSince = time.nanoTime();
    }

    /** It is taken and on a channel that was alive not before {@code since}: nobody else gets it. */
    synchronized void vouchedFor(long since) {
        safeUntil = Math.max(safeUntil, since + leaseNanos);
    }

    /** A channel ended, and with it whatever was taken over it: the server may take a moment to show it again. */
    synchronized void hide() {
        hidden = true;
    }

    /** What is to be told now that the copy was acknowledged for good; null when nobody waits. */
    synchronized @Nullable Runnable acknowledged(Settled outcome) {
        if (state != State.ENDING) {
            return null;
        }
        state = State.OVER;
        return () -> delivery.finished(outcome);
    }

    /** The task queue has it again. */
    synchronized void isHome() {
        state = State.OVER;
    }

    /**
     * It was not in the holding queue at {@code moment}. Returns what is to be told: the lease is lost, if the copy
     * should have been there.
     */
    synchronized @Nullable Runnable missingAt(long moment) {
        return hidden || visibleSince - moment >= 0 ? null : end();
    }

    /** It can be nowhere any more, or nobody looks for it. Returns what is to be told. */
    synchronized @Nullable Runnable vanished() {
        return end();
    }

    /** Returns what is to be told when the lease has ended by our clock. */
    synchronized @Nullable Runnable expire() {
        return isLate() ? end() : null;
    }

    /** With this locked. */
    private @Nullable Runnable end() {
        State before = state;
        if (before != State.KEPT && before != State.ENDING) {
            return null;
        }
        state = State.HOMEBOUND;
        return before == State.KEPT ? delivery::lost : () -> delivery.finished(Settled.LEASE_LOST);
    }

    /** Gives up whatever is not settled. Returns what is to be told. */
    synchronized @Nullable Runnable giveUp() {
        State before = state;
        if (before == State.PUBLISHED) {
            state = State.OVER;
            return () -> delivery.endMove(null);
        }
        if (before == State.TAKING_OVER || before == State.KEPT) {
            state = State.HOMEBOUND;
            return delivery::lost;
        }
        return null;
    }

    /** Whether it may be on its way to the task queue. */
    synchronized boolean isHomebound() {
        return state == State.HOMEBOUND;
    }

    /** Whether the server has none any more, even of those whose publishing came to nothing. */
    synchronized boolean isForgettable(Duration longestPublish) {
        return (state == State.OVER || state == State.HOMEBOUND)
                && time.nanoTime() - safeUntil > leaseNanos + longestPublish.toNanos();
    }
}
