package io.lovage.internal.memory;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Message;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** One connection's part in the broadcasts of a space. Thread-safe. */
final class MemoryBroadcasts implements Broadcasts {
    private final LongAdder dropped = new LongAdder();
    private final MemoryBroker owner;
    private final BroadcastHub hub;

    MemoryBroadcasts(MemoryBroker owner, BroadcastHub hub) {
        this.owner = owner;
        this.hub = hub;
    }

    @Override
    public boolean send(Target to, Message message) {
        if (!owner.isHearing()) {
            dropped.increment();
            return false;
        }
        hub.send(to, message);
        return true;
    }

    @Override
    public Listening listen(Source from, Consumer<Message> listener) {
        MemoryEar ear = new MemoryEar(owner, hub, from, listener);
        hub.add(ear);
        return ear;
    }

    @Override
    public long dropped() {
        return dropped.sum();
    }

    /** The connection is over. */
    void end() {
        hub.removeAllOf(owner);
    }
}
