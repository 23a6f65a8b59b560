package io.lovage.rabbitmq;

import com.rabbitmq.client.ShutdownSignalException;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is made again when it was lost (rule R10.1), first after a tenth of a second, then after ever
 * longer pauses (rule R10.4: no storm). It has a thread only while it connects again. Thread-safe.
 *
 * <p>Channels die with their connection; whoever owns one opens it again on the next connection and tells what was
 * lost.
 */
final class Link implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE_WHEN_REFUSED = Duration.ofSeconds(30);

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Connector connector;
    private final Threads threads;
    private final String role;
    /* guarded by lock */
    private @Nullable Wire current;
    private @Nullable BrokerException lastFailure;
    private @Nullable Wire first;
    private @Nullable Consumer<Wire> onConnected;
    private boolean starting;
    private boolean closed;

    Link(Connector connector, Threads threads, String role) {
        this.connector = connector;
        this.threads = threads;
        this.role = role;
    }

    /**
     * Makes the first connection; nothing happens when that was done before. Returns the first connection. Connecting
     * holds no lock: whoever closes meanwhile does not wait for it, and gets it closed.
     */
    Wire start() {
        try {
            Wire known = firstOrTurn();
            return known == null ? connectFirst() : known;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while connecting to RabbitMQ", e);
        }
    }

    /** The first connection, or null when the caller is the one to make it. */
    private @Nullable Wire firstOrTurn() throws InterruptedException {
        lock.lockInterruptibly();
        try {
            while (starting && !closed) {
                changed.await();
            }
            Wire known = first;
            if (known == null) {
                refuseWhenClosed();
                starting = true;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    private Wire connectFirst() throws InterruptedException {
        Wire made;
        try {
            made = connector.open(role);
        } catch (InterruptedException | RuntimeException e) {
            endTurn(null);
            throw e;
        }
        if (!endTurn(made)) {
            made.close();
            throw closedException();
        }
        return made;
    }

    /** Everybody may use what was made, or else the next one may try; false when it is of no use. */
    private boolean endTurn(@Nullable Wire made) {
        lock.lock();
        try {
            starting = false;
            changed.signalAll();
            if (made == null || closed) {
                return false;
            }
            first = made;
            install(made);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void refuseWhenClosed() {
        if (closed) {
            throw closedException();
        }
    }

    private static BrokerUnavailableException closedException() {
        return new BrokerUnavailableException("this connection to RabbitMQ was closed");
    }

    /** Shows every connection to {@code action}, the one that there is at once. */
    void onConnected(Consumer<Wire> action) {
        lock.lock();
        try {
            onConnected = action;
            Wire wire = current;
            if (wire != null) {
                action.accept(wire);
            }
        } finally {
            lock.unlock();
        }
    }

    private void install(Wire wire) {
        current = wire;
        lastFailure = null;
        changed.signalAll();
        Consumer<Wire> shown = onConnected;
        if (shown != null) {
            shown.accept(wire);
        }
        wire.connection().addShutdownListener(cause -> lost(wire, cause));
    }

    private void lost(Wire wire, ShutdownSignalException cause) {
        wire.kill();
        lock.lock();
        try {
            if (!wire.equals(current)) {
                return;
            }
            current = null;
            if (closed) {
                return;
            }
            lastFailure = new BrokerUnavailableException(
                    "the connection to RabbitMQ was lost: " + Refusals.rootMessage(cause), cause);
            log.warn("{}; connecting again ({})", lastFailure.getMessage(), role);
            threads.named("rabbitmq-reconnect").newThread(this::reconnect).start();
        } finally {
            lock.unlock();
        }
    }

    private void reconnect() {
        Duration pause = FIRST_PAUSE;
        try {
            while (pauseUnlessClosed(pause)) {
                Wire wire = attempt();
                if (wire != null) {
                    installUnlessClosed(wire);
                    return;
                }
                pause = longer(pause);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            log.error(
                    "connecting to RabbitMQ again was interrupted; this broker object is of no use any more ({})",
                    role);
        }
    }

    private @Nullable Wire attempt() throws InterruptedException {
        try {
            return connector.open(role);
        } catch (BrokerException e) {
            lock.lock();
            try {
                lastFailure = e;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
            log.info("still no connection ({}): {}", role, e.getMessage());
            return null;
        }
    }

    private void installUnlessClosed(Wire wire) {
        lock.lock();
        try {
            if (!closed) {
                log.info("connected to RabbitMQ again ({})", role);
                install(wire);
                return;
            }
        } finally {
            lock.unlock();
        }
        wire.close();
    }

    private Duration longer(Duration pause) {
        Duration longest = failure() instanceof AccessRefusedException ? LONGEST_PAUSE_WHEN_REFUSED : LONGEST_PAUSE;
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(longest) < 0 ? doubled : longest;
    }

    private @Nullable BrokerException failure() {
        lock.lock();
        try {
            return lastFailure;
        } finally {
            lock.unlock();
        }
    }

    /** Waits up to a fifth longer or shorter, so that a crowd of clients does not come back at once. */
    private boolean pauseUnlessClosed(Duration pause) throws InterruptedException {
        long left = (long) (pause.toNanos() * ThreadLocalRandom.current().nextDouble(0.8, 1.2));
        lock.lock();
        try {
            while (!closed && left > 0) {
                left = changed.awaitNanos(left);
            }
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    /**
     * The connection, as soon as there is one.
     *
     * @throws BrokerException when there is none after {@code wait}, with the reason of the last attempt
     */
    Wire await(Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        lock.lock();
        try {
            while (true) {
                Wire wire = current;
                if (wire != null) {
                    return wire;
                }
                refuseWhenClosed();
                if (left <= 0) {
                    BrokerException reason = lastFailure;
                    throw reason instanceof AccessRefusedException
                            ? new AccessRefusedException(Refusals.text(reason), reason)
                            : new BrokerUnavailableException(
                                    reason == null ? "not connected to RabbitMQ" : Refusals.text(reason), reason);
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    boolean isUp() {
        return now() != null;
    }

    /** The connection as it is now, without waiting for one. */
    @Nullable
    Wire now() {
        lock.lock();
        try {
            return current;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        Wire wire;
        lock.lock();
        try {
            closed = true;
            wire = current;
            current = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (wire != null) {
            wire.close();
        }
    }
}
