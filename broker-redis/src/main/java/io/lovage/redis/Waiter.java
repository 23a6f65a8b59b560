package io.lovage.redis;

import io.lettuce.core.LMoveArgs;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/*
 * Waits for one list to hold something, without taking it: BLMOVE from a list's right end to that same end blocks until
 * there is an element, and then leaves the list as it was. Whoever pushed it wakes us, Python as well. A blocked
 * connection answers nothing else, so each waiter has one of its own; nothing depends on it but the moment of noticing.
 */
final class Waiter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Waiter.class);
    private static final Duration BLOCKED = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final double MILLIS_PER_SECOND = 1000.0;

    private final Complaints complaints = new Complaints();
    private final byte[] key;
    private final Connector connector;
    private final TimeSource time;
    private final Duration blocked;
    private final Runnable onElement;
    /* guarded by this */
    private @Nullable Wire wire;
    private boolean armed;
    private boolean closed;

    /**
     * For one list.
     *
     * @param heartbeat the server never blocks for longer than half of it
     * @param onElement is run, on some thread, when the list holds something
     */
    Waiter(byte[] key, Connector connector, TimeSource time, Duration heartbeat, Runnable onElement) {
        this.key = key;
        this.connector = connector;
        this.time = time;
        Duration half = heartbeat.dividedBy(2);
        this.blocked = half.compareTo(BLOCKED) < 0 ? half : BLOCKED;
        this.onElement = onElement;
    }

    /** Begins to wait, if it does not yet. */
    void arm() {
        Wire known;
        synchronized (this) {
            if (armed || closed) {
                return;
            }
            armed = true;
            known = wire;
        }
        if (known != null && known.isOpen()) {
            block(known);
        } else {
            connect();
        }
    }

    private void connect() {
        connector.opening().whenComplete((made, failure) -> {
            if (failure != null) {
                complain(failure);
                armAgainLater();
            } else if (install(made)) {
                block(made);
            } else {
                made.close();
            }
        });
    }

    private synchronized boolean install(Wire made) {
        if (!closed) {
            wire = made;
        }
        return !closed;
    }

    private String name() {
        return Scripts.text(key);
    }

    /** What the server refuses, an operator has to change; that there is no server is told elsewhere. */
    private void complain(Throwable failure) {
        String reason = RedisErrors.rootMessage(failure);
        if (RedisErrors.isAnswer(failure) && complaints.isNew(name(), reason)) {
            log.warn("list '{}' cannot be waited on, so it is asked every {} ms: {}", name(), PAUSE.toMillis(), reason);
        }
    }

    /** Also after a loss: the connection for everything else tells whether anybody still wants to wait. */
    private void armAgainLater() {
        time.after(PAUSE, () -> {
            disarm();
            onElement.run();
        });
    }

    private void block(Wire over) {
        TimeSource.Timer impatience = time.after(blocked.multipliedBy(2), over::close);
        CompletionStage<RedisClusterAsyncCommands<byte[], byte[]>> server = over.serverOf(key);
        server.thenCompose(commands -> {
                    CompletionStage<byte[]> element = commands.blmove(
                            key, key, LMoveArgs.Builder.rightRight(), blocked.toMillis() / MILLIS_PER_SECOND);
                    return element;
                })
                .whenComplete((element, failure) -> {
                    impatience.cancel();
                    if (failure != null) {
                        if (!RedisErrors.isAnswer(failure)) {
                            over.close();
                        }
                        complain(failure);
                        armAgainLater();
                        return;
                    }
                    complaints.over(name());
                    disarm();
                    // Without an element, too: whoever still waits arms it again.
                    onElement.run();
                });
    }

    private synchronized void disarm() {
        armed = false;
    }

    @Override
    public void close() {
        Wire last;
        synchronized (this) {
            closed = true;
            last = wire;
        }
        if (last != null) {
            last.close();
        }
    }
}
