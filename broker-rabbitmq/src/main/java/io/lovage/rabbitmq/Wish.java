package io.lovage.rabbitmq;

/** What a consumer is to bring about: left by whoever asks, followed by its keeper. Thread-safe. */
final class Wish {
    /** It only goes forward from TAKING or PAUSED. */
    enum Wanted {
        TAKING,
        PAUSED,
        DRAINED,
        CLOSED
    }

    private final DeliveryBuffer buffer;
    /** Written with this locked. */
    private volatile Wanted wanted = Wanted.TAKING;

    /**
     * Begins with TAKING.
     *
     * @param buffer hands out as long as that is wanted
     */
    Wish(DeliveryBuffer buffer) {
        this.buffer = buffer;
    }

    Wanted now() {
        return wanted;
    }

    /** Whether nothing is to be taken any more. */
    boolean isForTheEnd() {
        return wanted.compareTo(Wanted.DRAINED) >= 0;
    }

    synchronized void become(Wanted next) {
        if (next.compareTo(Wanted.DRAINED) >= 0) {
            buffer.end();
        }
        if (isForTheEnd() && next.compareTo(wanted) < 0) {
            return;
        }
        wanted = next;
        buffer.open(next == Wanted.TAKING);
    }

    /** It cannot go on: everything is over, and what was left in the buffer is no concern of this wish. */
    synchronized void fail() {
        wanted = Wanted.CLOSED;
    }
}
