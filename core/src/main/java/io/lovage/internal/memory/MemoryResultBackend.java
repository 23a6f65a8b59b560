package io.lovage.internal.memory;

import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Fence;
import io.lovage.spi.GroupCounters;
import io.lovage.spi.Message;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A connection to the results of a space. Thread-safe. Listeners run on the thread that stores, or on the one that
 * begins to listen when there is something already.
 */
final class MemoryResultBackend implements ResultBackend {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryResultBackend.class);
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Celery's own default for results; a reply does not say how long it is wanted. */
    private static final Duration REPLY_TIME_TO_LIVE = Duration.ofDays(1);

    private final MemoryBroker connection;
    private final MemorySpace space;
    private final String replyAddress = TaskId.random().value();
    private volatile boolean closed;

    MemoryResultBackend(MemoryBroker connection) {
        this.connection = connection;
        this.space = connection.space();
        space.listen(replyAddress, this::receive);
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities("memory", true, true);
    }

    @Override
    public String replyAddress() {
        return replyAddress;
    }

    /** A result document that somebody sent as a message, as Celery's rpc backend does. */
    private void receive(Message reply) {
        if (isGone()) {
            return;
        }
        try {
            JsonNode document = JSON.readTree(reply.body().toStream());
            StoredResult result = new StoredResult(
                    new TaskId(document.path("task_id").asString("")),
                    new TaskState(document.path("status").asString("")),
                    reply.body());
            space.results.reply(result, REPLY_TIME_TO_LIVE);
        } catch (JacksonException | IllegalArgumentException e) {
            LOG.warn("dropped a reply that is no result document: {}", e.getMessage());
        }
    }

    @Override
    public CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive) {
        if (next.state().equals(TaskState.PENDING) || !next.id().equals(task.id())) {
            throw new IllegalArgumentException("cannot store " + next.state() + " of " + next.id() + " for " + task);
        }
        return answer(() -> space.results.transition(next, fence, timeToLive));
    }

    @Override
    public CompletionStage<Optional<StoredResult>> find(TaskId id) {
        return answer(() -> space.results.find(id));
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        return answer(() -> space.results.forget(id));
    }

    private <T> CompletionStage<T> answer(Supplier<T> action) {
        if (isGone()) {
            return CompletableFuture.failedStage(unavailable());
        }
        return CompletableFuture.completedStage(action.get());
    }

    private static BrokerUnavailableException unavailable() {
        return new BrokerUnavailableException("this connection to the results in memory is closed");
    }

    private boolean isGone() {
        return closed || connection.isCrashed();
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        return listen(task, true, listener);
    }

    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        return listen(task, false, listener);
    }

    private Subscription listen(TaskId task, boolean finalOnly, Consumer<StoredResult> listener) {
        if (isGone()) {
            throw unavailable();
        }
        Consumer<StoredResult> whileHere = result -> {
            if (!isGone()) {
                listener.accept(result);
            }
        };
        return space.results.listen(task, new ResultListener(this, finalOnly, whileHere));
    }

    @Override
    public Optional<GroupCounters> groups() {
        return Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        space.unlisten(replyAddress);
        space.results.unlistenAll(this);
    }
}
