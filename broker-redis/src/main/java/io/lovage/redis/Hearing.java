package io.lovage.redis;

import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Threads;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The connection that hears of results, made by the first who asks for it. Connecting holds no lock and has a thread of
 * its own: all who ask meanwhile share what comes of it, and closing waits for none of it. Thread-safe.
 */
final class Hearing implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Supplier<Link> opener;
    private final Threads threads;
    /* guarded by lock */
    private @Nullable CompletableFuture<Link> opened;
    private @Nullable Thread opening;
    private boolean closed;

    /** {@code opener} makes the connection, or throws what stands in the way. */
    Hearing(Supplier<Link> opener, Threads threads) {
        this.opener = opener;
        this.threads = threads;
    }

    /**
     * Returns when there is, or was, a connection; it comes back by itself.
     *
     * @throws BrokerException when there cannot be one; the next who asks tries again
     */
    void open() {
        try {
            attempt().get();
        } catch (ExecutionException e) {
            throw RedisErrors.doing("hear of results", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while connecting to Redis", e);
        }
    }

    private CompletableFuture<Link> attempt() {
        lock.lock();
        try {
            if (closed) {
                throw closed();
            }
            CompletableFuture<Link> known = opened;
            if (known != null) {
                return known;
            }
            CompletableFuture<Link> made = new CompletableFuture<>();
            opened = made;
            opening = threads.named("redis-hear").newThread(() -> connect(made));
            opening.start();
            return made;
        } finally {
            lock.unlock();
        }
    }

    private void connect(CompletableFuture<Link> promise) {
        try {
            Link link = opener.get();
            if (!promise.complete(link)) {
                link.close(); // nobody wants it any more
            }
        } catch (RuntimeException e) {
            lock.lock();
            try {
                opened = null;
            } finally {
                lock.unlock();
            }
            promise.completeExceptionally(e);
        }
    }

    static BrokerUnavailableException closed() {
        return new BrokerUnavailableException("this connection to the results was closed");
    }

    /** Whoever waits is told so. Idempotent. */
    @Override
    public void close() {
        CompletableFuture<Link> ending;
        Thread connecting;
        lock.lock();
        try {
            closed = true;
            ending = opened;
            connecting = opening;
        } finally {
            lock.unlock();
        }
        if (ending != null && !ending.completeExceptionally(closed()) && !ending.isCompletedExceptionally()) {
            ending.join().close();
        }
        if (connecting != null) {
            connecting.interrupt(); // afterwards, so that those who wait are told why
        }
    }
}
