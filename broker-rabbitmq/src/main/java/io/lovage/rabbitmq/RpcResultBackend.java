package io.lovage.rabbitmq;

import io.lovage.rabbitmq.KeptResults.Waiting;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.Destination;
import io.lovage.spi.Fence;
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
 * state (rule R11.1). Nobody else can look a result up. A worker that never asks for the reply address has no queue.
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
    private boolean closed;

    RpcResultBackend(RabbitBroker broker, BackendConfig config, KeptResults results) {
        this.broker = broker;
        this.config = config;
        this.results = results;
    }

    @Override
    public BackendCapabilities capabilities() {
        return CAPABILITIES;
    }

    /** The queue exists from the first call on: a result must not come before it. */
    @Override
    public String replyAddress() {
        lock.lock();
        try {
            if (reader == null && !closed) {
                ReplyReader made = new ReplyReader(address, broker.taking(), this::arrived, config);
                made.start();
                reader = made;
            }
            return address;
        } finally {
            lock.unlock();
        }
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
        return CompletableFuture.completedFuture(Optional.empty());
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
        results.await(task, own).ifPresent(known -> broker.callbacks().execute(() -> own.tell(known)));
        return () -> results.remove(task, own);
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        return CompletableFuture.completedFuture(results.forget(id));
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
    }
}
