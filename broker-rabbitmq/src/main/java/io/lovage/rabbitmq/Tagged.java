package io.lovage.rabbitmq;

import io.lovage.spi.Settled;
import org.jspecify.annotations.Nullable;

/** Something that came over a channel and is settled there with one frame. */
abstract class Tagged {
    /** Only the {@link Generation} touches it, while this waits to be written. */
    @Nullable
    Tagged nextPending;

    private final long tag;

    Tagged(long tag) {
        this.tag = tag;
    }

    /** The channel's number for it. */
    public final long tag() {
        return tag;
    }

    /** Given back to the head of the queue; otherwise acknowledged. */
    abstract boolean isReleasing();

    /** The frame was written, or never will be. */
    abstract void finished(Settled outcome);
}
