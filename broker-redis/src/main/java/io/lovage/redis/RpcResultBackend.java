package io.lovage.redis;

import io.lovage.redis.Waiters.Waiting;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Destination;
import io.lovage.spi.Fence;
import io.lovage.spi.GroupCounters;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.OutboundMessage;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Results as messages to the reply list of the client that sent the task. Not fenced: the reader keeps the first final
 * state (rule R11.1). Nobody else can look a result up; the client finds what has come to it. A worker that never asks
 * for the reply address reads nothing. Thread-safe; listeners run on one thread of their own.
 */
final class RpcResultBackend implements ResultBackend {
    private static final BackendCapabilities CAPABILITIES = new BackendCapabilities("rpc", false, false);
    private static final Optional<String> JSON = Optional.of("application/json");
    private static final Optional<String> UTF_8 = Optional.of("utf-8");

    private final String address = UUID.randomUUID().toString();
    private final ReentrantLock lock = new ReentrantLock();
    private final RedisBroker broker;
    private final BackendConfig config;
    private final ExecutorService callbacks;
    /* all guarded by lock */
    private final Waiters waiters = new Waiters();
    private final KeptReplies kept;
    private @Nullable ReplyReader reader;
    private boolean closed;

    RpcResultBackend(RedisBroker broker, BackendConfig config, KeptReplies kept) {
        this.broker = broker;
        this.config = config;
        this.kept = kept;
        this.callbacks = Executors.newSingleThreadExecutor(config.threads().named("redis-replies"));
    }

    @Override
    public BackendCapabilities capabilities() {
        return CAPABILITIES;
    }

    /** Needs nothing made before: a list waits also for whoever reads it later. But it must be allowed to read it. */
    @Override
    public String replyAddress() {
        byte[] list = broker.keys().reply(address);
        if (isRead()) {
            return address;
        }
        // Asking holds no lock: whoever closes, or is told of a result, does not wait for the server.
        new Answers(broker.link(), config.connectTimeout())
                .to("read replies", session -> session.commands().lrange(list, 0, 0));
        lock.lock();
        try {
            checkOpen();
            if (reader == null) {
                ReplyReader first = new ReplyReader(
                        list, broker.connector(), broker.link(), config.time(), broker.heartbeat(), this::arrived);
                first.start();
                reader = first;
            }
            return address;
        } finally {
            lock.unlock();
        }
    }

    private boolean isRead() {
        lock.lock();
        try {
            checkOpen();
            return reader != null;
        } finally {
            lock.unlock();
        }
    }

    /** With the lock. */
    private void checkOpen() {
        if (closed) {
            throw closed();
        }
    }

    private static BrokerUnavailableException closed() {
        return new BrokerUnavailableException("the connection was closed, so no result comes any more");
    }

    private void arrived(StoredResult result) {
        lock.lock();
        try {
            if (!closed && kept.keep(result)) {
                tell(result, waiters.published(result));
            }
        } finally {
            lock.unlock();
        }
    }

    /** With the lock, which gives the order; the listeners run without it. */
    private void tell(StoredResult result, List<Waiting> told) {
        told.forEach(one -> callbacks.execute(() -> one.tell(result)));
    }

    @Override
    public CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive) {
        Transition sent = new Transition(true, next);
        if (task.replyTo().filter(to -> !to.isEmpty()).isEmpty()) {
            return CompletableFuture.completedFuture(sent);
        }
        MessageProperties properties =
                new MessageProperties(JSON, UTF_8, Optional.of(task.correlationId()), Optional.empty(), false);
        OutboundMessage reply = new OutboundMessage(
                Destination.reply(task.replyTo().get()),
                new Message(Map.of(), properties, next.document()),
                Duration.ZERO,
                0);
        return broker.publish(List.of(reply)).thenApply(held -> sent);
    }

    @Override
    public CompletionStage<Optional<StoredResult>> find(TaskId id) {
        lock.lock();
        try {
            return closed ? CompletableFuture.failedFuture(closed()) : CompletableFuture.completedFuture(kept.find(id));
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        return listen(task, new Waiting(listener, false));
    }

    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        return listen(task, new Waiting(listener, true));
    }

    private Subscription listen(TaskId task, Waiting one) {
        lock.lock();
        try {
            checkOpen();
            waiters.add(task, one);
            kept.find(task).ifPresent(known -> tell(known, waiters.read(known)));
        } finally {
            lock.unlock();
        }
        return () -> stop(task, one);
    }

    private void stop(TaskId task, Waiting one) {
        one.stop();
        lock.lock();
        try {
            waiters.remove(task, one);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        lock.lock();
        try {
            return CompletableFuture.completedFuture(kept.forget(id));
        } finally {
            lock.unlock();
        }
    }

    /** How many results and tasks it knows of; for tests of what must not grow. */
    int size() {
        lock.lock();
        try {
            return kept.size() + waiters.tasks().size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<GroupCounters> groups() {
        return Optional.empty();
    }

    @Override
    public void close() {
        ReplyReader ending;
        lock.lock();
        try {
            closed = true;
            ending = reader;
            reader = null;
            waiters.clear();
            kept.clear();
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            ending.close();
        }
        callbacks.shutdown();
    }
}
