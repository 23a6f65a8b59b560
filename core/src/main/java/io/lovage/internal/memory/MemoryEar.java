package io.lovage.internal.memory;

import io.lovage.spi.Broadcasts;
import io.lovage.spi.Message;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Somebody who listens. A frozen connection hears nothing, and is told nothing afterwards. */
final class MemoryEar implements Broadcasts.Listening {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryEar.class);

    private final ReentrantLock oneAtATime = new ReentrantLock();
    private final MemoryBroker owner;
    private final BroadcastHub hub;
    private final Broadcasts.Source source;
    private final Consumer<Message> listener;
    private volatile boolean closed;

    MemoryEar(MemoryBroker owner, BroadcastHub hub, Broadcasts.Source source, Consumer<Message> listener) {
        this.owner = owner;
        this.hub = hub;
        this.source = source;
        this.listener = listener;
    }

    Broadcasts.Source source() {
        return source;
    }

    boolean isOf(MemoryBroker broker) {
        return owner == broker;
    }

    /** On the thread of whoever sends. */
    void hear(Message message) {
        oneAtATime.lock();
        try {
            if (!closed && owner.isHearing()) {
                listener.accept(message);
            }
        } catch (RuntimeException failed) {
            LOG.error("a listener to {} failed", source, failed);
        } finally {
            oneAtATime.unlock();
        }
    }

    @Override
    public CompletionStage<Void> established() {
        return CompletableFuture.completedStage(null);
    }

    @Override
    public void close() {
        closed = true;
        hub.remove(this);
    }
}
