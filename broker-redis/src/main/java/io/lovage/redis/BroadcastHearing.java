package io.lovage.redis;

import io.lettuce.core.pubsub.RedisPubSubAdapter;
import io.lovage.envelope.Envelope;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.BrokerException;
import io.lovage.spi.Message;
import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection that hears broadcasts. A thread makes the first one, and tries for as long as it takes; it comes back
 * by itself, and everybody is subscribed again (rule R13.5). Thread-safe.
 */
final class BroadcastHearing implements Link.Listener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(BroadcastHearing.class);
    private static final Duration PAUSE = Duration.ofSeconds(2);

    private final List<Ear> ears = new CopyOnWriteArrayList<>();
    private final Complaints complaints = new Complaints();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition ended = lock.newCondition();
    private final Supplier<Link> opener;
    private final Threads threads;
    /* guarded by lock */
    private @Nullable Link link;
    private @Nullable Thread opening;
    private boolean closed;

    BroadcastHearing(Supplier<Link> opener, Threads threads) {
        this.opener = opener;
        this.threads = threads;
    }

    Broadcasts.Listening listen(String pattern, Consumer<Message> listener) {
        Ear ear = new Ear(pattern, listener);
        ears.add(ear);
        Link known;
        lock.lock();
        try {
            if (closed) {
                return ear;
            }
            known = link;
            if (known == null) {
                known = opener.get();
                known.listen(this);
                link = known;
                Link made = known;
                opening = threads.named("redis-broadcasts").newThread(() -> open(made));
                opening.start();
            }
        } finally {
            lock.unlock();
        }
        known.now().ifPresent(session -> subscribe(session, pattern));
        return ear;
    }

    /** Until there is a first connection; after that the link looks after itself. */
    private void open(Link made) {
        try {
            while (!isClosed()) {
                try {
                    made.start();
                    complaints.over("connect");
                    return;
                } catch (BrokerException e) {
                    complain("connect", e);
                }
                rest();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // it was closed
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

    private void rest() throws InterruptedException {
        long left = PAUSE.toNanos();
        lock.lockInterruptibly();
        try {
            while (!closed && left > 0) {
                left = ended.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    private void complain(String what, Throwable failure) {
        String reason = RedisErrors.text(failure);
        if (complaints.isNew(what, reason)) {
            log.warn("no events and no remote control at present: {}; it is tried again, and not said again", reason);
        }
    }

    @Override
    public void connected(Session session) {
        session.wire().hearing().addListener(new RedisPubSubAdapter<>() {
            @Override
            public void message(byte[] pattern, byte[] channel, byte[] raw) {
                heard(BroadcastKeys.text(pattern), raw);
            }

            @Override
            public void psubscribed(byte[] pattern, long count) {
                established(BroadcastKeys.text(pattern));
            }
        });
        ears.stream().map(Ear::pattern).distinct().forEach(pattern -> subscribe(session, pattern));
    }

    @Override
    public void lost(Session session) {
        // everybody is subscribed again on the next connection
    }

    private void subscribe(Session session, String pattern) {
        CompletionStage<Void> answer = session.wire().hearing().async().psubscribe(BroadcastKeys.bytes(pattern));
        answer.whenComplete((done, failure) -> {
            if (failure != null && RedisErrors.isAnswer(failure)) {
                complain("subscribe", RedisErrors.doing("subscribe to broadcasts", failure));
            }
        });
    }

    private void heard(String pattern, byte[] raw) {
        Envelope envelope = Envelope.read(raw);
        if (envelope.defect().isPresent()) {
            log.debug("a broadcast could not be read: {}", envelope.defect().get());
            return;
        }
        ears.stream().filter(ear -> ear.pattern().equals(pattern)).forEach(ear -> ear.hear(envelope.message()));
    }

    private void established(String pattern) {
        ears.stream().filter(ear -> ear.pattern().equals(pattern)).forEach(ear -> ear.ready.complete(null));
    }

    private void forget(Ear ear) {
        ears.remove(ear);
        Link known;
        lock.lock();
        try {
            known = closed ? null : link;
        } finally {
            lock.unlock();
        }
        if (known != null && ears.stream().noneMatch(other -> other.pattern().equals(ear.pattern()))) {
            known.now().ifPresent(session -> {
                CompletionStage<Void> answer =
                        session.wire().hearing().async().punsubscribe(BroadcastKeys.bytes(ear.pattern()));
                answer.whenComplete((done, failure) -> {
                    if (failure != null) {
                        log.debug("a subscription was not ended; what comes is not heard", failure);
                    }
                });
            });
        }
    }

    private final class Ear implements Broadcasts.Listening {
        private final CompletableFuture<Void> ready = new CompletableFuture<>();
        private final String pattern;
        private final Consumer<Message> listener;
        private volatile boolean deaf;

        private Ear(String pattern, Consumer<Message> listener) {
            this.pattern = pattern;
            this.listener = listener;
        }

        private String pattern() {
            return pattern;
        }

        private void hear(Message message) {
            if (deaf) {
                return;
            }
            try {
                listener.accept(message);
            } catch (RuntimeException failed) {
                log.error("a listener to {} failed", pattern, failed);
            }
        }

        @Override
        public CompletionStage<Void> established() {
            return ready.minimalCompletionStage();
        }

        @Override
        public void close() {
            deaf = true;
            forget(this);
        }
    }

    @Override
    public void close() {
        Link last;
        Thread connecting;
        lock.lock();
        try {
            closed = true;
            last = link;
            connecting = opening;
            ended.signalAll();
        } finally {
            lock.unlock();
        }
        ears.clear();
        if (last != null) {
            last.close();
        }
        if (connecting != null) {
            connecting.interrupt();
            try {
                connecting.join(TimeUnit.SECONDS.toMillis(1));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
