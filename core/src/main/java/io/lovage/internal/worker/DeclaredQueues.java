package io.lovage.internal.worker;

import io.lovage.spi.Broker;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.QueueSpec;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Remembers what was declared on one connection, so that a queue is declared once, not per message. Thread-safe. */
public final class DeclaredQueues {
    private final Broker broker;
    private final Map<String, Declared> declared = new ConcurrentHashMap<>();
    /** Declaring asks a server: a lock instead of {@code computeIfAbsent}, which must not block. */
    private final ReentrantLock declaring = new ReentrantLock();

    public DeclaredQueues(Broker broker) {
        this.broker = broker;
    }

    /** What this queue can do; declares it, as a plain queue when nobody has yet. */
    public QueueCapabilities capabilities(String queue) {
        Declared known = declared.get(queue);
        return known != null && known.present() ? known.capabilities() : declareOnce(queue);
    }

    private QueueCapabilities declareOnce(String queue) {
        declaring.lock();
        try {
            Declared known = declared.get(queue);
            return known != null && known.present() ? known.capabilities() : declare(spec(queue));
        } finally {
            declaring.unlock();
        }
    }

    /** Declares it now, as told; what a worker knows of its queue is better than what a sender assumes. */
    public QueueCapabilities declare(QueueSpec queue) {
        QueueCapabilities capabilities = broker.declare(queue);
        declared.put(queue.name(), new Declared(queue, capabilities, true));
        return capabilities;
    }

    /** The queue as it was declared here, or a plain one. */
    public QueueSpec spec(String queue) {
        @Nullable Declared known = declared.get(queue);
        return known != null ? known.spec() : QueueSpec.of(queue);
    }

    /** The broker says that it is not there: the next use declares it again, as it was (rule R1.8). */
    public void forget(String queue) {
        declared.computeIfPresent(queue, (name, known) -> new Declared(known.spec(), known.capabilities(), false));
    }

    /**
     * What was declared, and what came of it.
     *
     * @param present whether it is there, as far as this connection knows
     */
    private record Declared(QueueSpec spec, QueueCapabilities capabilities, boolean present) {}
}
