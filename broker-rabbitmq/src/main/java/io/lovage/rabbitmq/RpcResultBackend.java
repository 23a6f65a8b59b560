package io.lovage.rabbitmq;

import io.lovage.rabbitmq.KeptResults.Waiting;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerException;
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
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Results as messages to the reply queue of the client that sent the task. Not fenced: the reader keeps the first final
 * state (rule R11.1). Nobody else can look a result up; the client finds what has come to it. A worker that never asks
 * for the reply address has no queue.
 */
final class RpcResultBackend implements ResultBackend {
    private static final BackendCapabilities CAPABILITIES = new BackendCapabilities("rpc", false, false);
    private static final Optional<String> JSON = Optional.of("application/json");
    private static final Optional<String> UTF_8 = Optional.of("utf-8");

    private final String address = UUID.randomUUID().toString();
    private final ReentrantLock lock = new ReentrantLock();
    private final RabbitBroker broker;
    private final BackendConfig config;
    private final KeptResults results;
    /* guarded by lock */
    private @Nullable ReplyReader reader;
    /** Written under the lock. */
    private volatile boolean closed;

    RpcResultBackend(RabbitBroker broker, BackendConfig config, KeptResults results) {
        this.broker = broker;
        this.config = config;
        this.results = results;
    }

    @Override
    public BackendCapabilities capabilities() {
        return CAPABILITIES;
    }

    /** The queue exists when the first call returns: a result must not come before it. */
    @Override
    public String replyAddress() {
        ReplyReader mine = reader();
        try {
            mine.awaitOpened();
            return address;
        } catch (BrokerException e) {
            if (!Thread.currentThread().isInterrupted()) {
                giveUp(mine);
            }
            throw e;
        }
    }

    private ReplyReader reader() {
        Link link = broker.taking();
        lock.lock();
        try {
            if (closed) {
                throw closed();
            }
            ReplyReader known = reader;
            if (known == null) {
                known = new ReplyReader(address, link, this::arrived, config);
                known.start();
                reader = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** The next call tries again. */
    private void giveUp(ReplyReader failed) {
        lock.lock();
        try {
            if (failed.equals(reader)) {
                reader = null;
            }
        } finally {
            lock.unlock();
        }
        failed.close();
    }

    private static BrokerUnavailableException closed() {
        return new BrokerUnavailableException("the connection was closed, so no result comes any more");
    }

    private void arrived(StoredResult result) {
        List<Waiting> told = results.arrived(result);
        if (!told.isEmpty()) {
            broker.callbacks().execute(() -> told.forEach(one -> one.tell(result)));
        }
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
        return closed ? CompletableFuture.failedFuture(closed()) : CompletableFuture.completedFuture(results.find(id));
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        return await(task, listener, false);
    }

    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        return await(task, listener, true);
    }

    private Subscription await(TaskId task, Consumer<StoredResult> listener, boolean everyState) {
        Waiting own = new Waiting(listener, everyState);
        Optional<StoredResult> known = results.await(task, own);
        if (closed) {
            results.remove(task, own);
            throw closed();
        }
        known.ifPresent(result -> broker.callbacks().execute(() -> own.tell(result)));
        return () -> results.remove(task, own);
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        return CompletableFuture.completedFuture(results.forget(id));
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
        } finally {
            lock.unlock();
        }
        if (ending != null) {
            ending.close();
        }
        results.clear();
    }
}
