package io.lovage.redis;

import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Threads;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is made again when it was lost (rule R10.1), first after a tenth of a second, then after ever
 * longer pauses (rule R10.4: no storm). It has a thread only while it connects again. A server that leaves a ping
 * unanswered for half of the heartbeat is given up (rule R10.5). Thread-safe.
 */
final class Link implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Link.class);
    private static final Duration FIRST_PAUSE = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(2);
    private static final Duration LONGEST_PAUSE_WHEN_REFUSED = Duration.ofSeconds(30);
    private static final Duration SHORT_LIFE = Duration.ofSeconds(5);
    private static final int PINGS_PER_HEARTBEAT = 3;

    /** Is told of every session; must not block. */
    interface Listener {
        void connected(Session session);

        void lost(Session session);
    }

    /** Makes the connections, each of them new. */
    @FunctionalInterface
    interface Opener {
        Wire open() throws InterruptedException;
    }

    /**
     * What a link is made of.
     *
     * @param role which of several it is, for the log
     * @param survey how long the server may take to tell of itself
     */
    record Parts(Opener opener, Threads threads, TimeSource time, Duration heartbeat, Duration survey, String role) {
        /** Of connections for commands. */
        Parts(Connector connector, Threads threads, TimeSource time, Duration heartbeat, Duration survey, String role) {
            this(connector::open, threads, time, heartbeat, survey, role);
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final Parts parts;
    /* guarded by lock */
    private @Nullable Session current;
    private @Nullable BrokerException lastFailure;
    private TimeSource.@Nullable Timer nextPing;
    private @Nullable Thread reconnecting;
    private Duration firstPause = FIRST_PAUSE;
    private long connectedAt;
    private boolean closed;

    Link(Parts parts) {
        this.parts = parts;
    }

    /** Makes the first connection, or throws what stands in the way. */
    Session start() {
        try {
            Session session = connect();
            install(session);
            return session;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted while connecting to Redis", e);
        }
    }

    /** Shows every session to the listener, the one that there is at once. */
    void listen(Listener listener) {
        listeners.add(listener);
        now().ifPresent(listener::connected);
    }

    void unlisten(Listener listener) {
        listeners.remove(listener);
    }

    private Session connect() throws InterruptedException {
        Wire wire = parts.opener().open();
        try {
            return new Session(wire, Survey.of(wire, parts.survey()));
        } catch (InterruptedException | RuntimeException e) {
            wire.close();
            throw e;
        }
    }

    private void install(Session session) {
        lock.lock();
        try {
            if (closed) {
                session.end();
                return;
            }
            current = session;
            connectedAt = parts.time().nanoTime();
            lastFailure = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        tellOf(session);
        session.onOver(() -> over(session));
        pingLater(session);
    }

    /** Whoever fails here has a fault, and knows nothing of this connection: it is given up for another one. */
    private void tellOf(Session session) {
        try {
            listeners.forEach(listener -> listener.connected(session));
        } catch (RuntimeException e) {
            log.error("a fault of Lovage: the new connection to Redis cannot be used ({})", parts.role(), e);
            session.end();
        }
    }

    private void over(Session session) {
        lock.lock();
        try {
            if (session != current) {
                return;
            }
            current = null;
            if (!closed) {
                boolean shortLived = parts.time().nanoTime() - connectedAt < SHORT_LIFE.toNanos();
                firstPause = shortLived ? longer(firstPause, LONGEST_PAUSE) : FIRST_PAUSE;
                lastFailure = new BrokerUnavailableException("the connection to Redis was lost");
                log.warn("the connection to Redis was lost; connecting again ({})", parts.role());
                Thread next = parts.threads().named("redis-reconnect").newThread(this::reconnect);
                reconnecting = next;
                next.start();
            }
        } finally {
            lock.unlock();
        }
        for (Listener listener : listeners) {
            try {
                listener.lost(session);
            } catch (RuntimeException e) {
                log.error("a fault of Lovage: the loss of the connection was not dealt with ({})", parts.role(), e);
            }
        }
    }

    private void pingLater(Session session) {
        lock.lock();
        try {
            if (session == current && !closed) {
                nextPing = parts.time().after(parts.heartbeat().dividedBy(PINGS_PER_HEARTBEAT), () -> ping(session));
            }
        } finally {
            lock.unlock();
        }
    }

    private void ping(Session session) {
        if (session.isOver()) {
            return;
        }
        TimeSource.Timer impatience = parts.time().after(parts.heartbeat().dividedBy(2), () -> {
            log.warn("Redis does not answer; the connection is given up ({})", parts.role());
            session.end();
        });
        session.commands().ping().whenComplete((pong, failure) -> {
            impatience.cancel();
            pingLater(session);
        });
    }

    private void reconnect() {
        Duration pause = firstPause();
        try {
            while (pauseUnlessClosed(pause)) {
                try {
                    Session session = connect();
                    log.info("connected to Redis again ({})", parts.role());
                    install(session);
                    return;
                } catch (BrokerException e) {
                    note(e);
                    log.info("still no connection ({}): {}", parts.role(), e.getMessage());
                    pause = longer(
                            pause, e instanceof AccessRefusedException ? LONGEST_PAUSE_WHEN_REFUSED : LONGEST_PAUSE);
                } catch (RuntimeException e) {
                    note(new BrokerUnavailableException("cannot connect to Redis: " + RedisErrors.text(e), e));
                    log.error("still no connection, by a fault of Lovage ({})", parts.role(), e);
                    pause = longer(pause, LONGEST_PAUSE);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            if (!isClosed()) {
                log.error("connecting to Redis again was interrupted; this broker object is of no use any more");
            }
        }
    }

    private boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    private void note(BrokerException failure) {
        lock.lock();
        try {
            lastFailure = failure;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private Duration firstPause() {
        lock.lock();
        try {
            return firstPause;
        } finally {
            lock.unlock();
        }
    }

    private static Duration longer(Duration pause, Duration longest) {
        Duration doubled = pause.multipliedBy(2);
        return doubled.compareTo(longest) < 0 ? doubled : longest;
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
     * The session, as soon as there is one.
     *
     * @throws BrokerException when there is none after {@code wait}, with the reason of the last attempt
     */
    Session await(Duration wait) throws InterruptedException {
        long left = wait.toNanos();
        lock.lock();
        try {
            while (true) {
                Session session = current;
                if (session != null) {
                    return session;
                }
                if (closed) {
                    throw new BrokerUnavailableException("this connection to Redis was closed");
                }
                if (left <= 0) {
                    throw notConnected();
                }
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Why there is no connection now. */
    BrokerException notConnected() {
        lock.lock();
        try {
            BrokerException reason = lastFailure;
            String message = reason == null ? "not connected to Redis" : RedisErrors.text(reason);
            return reason instanceof AccessRefusedException
                    ? new AccessRefusedException(message, reason)
                    : new BrokerUnavailableException(message, reason);
        } finally {
            lock.unlock();
        }
    }

    /** The session as it is now, without waiting for one. */
    Optional<Session> now() {
        lock.lock();
        try {
            return Optional.ofNullable(current);
        } finally {
            lock.unlock();
        }
    }

    /** Ends the session; listeners hear of it. Whoever is connecting stops. Idempotent. */
    @Override
    public void close() {
        Session session;
        TimeSource.Timer ping;
        lock.lock();
        try {
            closed = true;
            if (reconnecting != null) {
                reconnecting.interrupt();
            }
            session = current;
            ping = nextPing;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        if (ping != null) {
            ping.cancel();
        }
        if (session != null) {
            session.end();
        }
    }
}
