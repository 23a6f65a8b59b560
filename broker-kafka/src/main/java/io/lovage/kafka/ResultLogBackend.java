package io.lovage.kafka;

import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.Fence;
import io.lovage.spi.GroupCounters;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.Transition;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Results as records of a topic. A topic refuses nothing, so this is not fenced: the reader keeps the first final state
 * by offset (rules R11.1 and R11.6). A topic finds nothing by a key, so there is no lookup by id: a client finds what
 * it has read. One that never waits for a result, as a worker does, reads nothing. Thread-safe; listeners run on one
 * thread of their own.
 */
final class ResultLogBackend implements ResultBackend {
    private final ReentrantLock lock = new ReentrantLock();
    private final ResultRoute route;
    private final ResultReader.Surroundings reading;
    private final ExecutorService teller;
    private final ResultBoard board;
    /* guarded by lock */
    private @Nullable ResultReader reader;
    /** Written under the lock. */
    private volatile boolean closed;

    ResultLogBackend(BackendConfig config, ResultSurroundings around, ResultRoute route, ResultShelf.Limits limits) {
        this.route = route;
        this.reading = new ResultReader.Surroundings(around, config);
        this.teller = Executors.newSingleThreadExecutor(config.threads().named("kafka-replies"));
        this.board = new ResultBoard(new ResultShelf(config.time(), limits), teller);
    }

    @Override
    public BackendCapabilities capabilities() {
        return new BackendCapabilities(route.name(), false, false);
    }

    /** It is read when the first call returns: a result must not come before that. */
    @Override
    public String replyAddress() {
        open();
        return route.replyAddress();
    }

    /** Returns when what this client waits for is read. */
    private void open() {
        ResultReader mine = reader();
        try {
            mine.awaitOpened();
        } catch (BrokerException e) {
            if (mine.isDead()) { // who only takes long is not made to begin again
                giveUp(mine);
            }
            throw e;
        }
    }

    private ResultReader reader() {
        lock.lock();
        try {
            if (closed) {
                throw ResultBoard.closed();
            }
            ResultReader known = reader;
            if (known == null) {
                known = new ResultReader(route::prepare, reading, this::arrived);
                known.start();
                reader = known;
            }
            return known;
        } finally {
            lock.unlock();
        }
    }

    /** The next call tries again. */
    private void giveUp(ResultReader failed) {
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

    private void arrived(ConsumerRecord<byte[], byte[]> record) {
        if (!route.concerns(record)) {
            return;
        }
        if (record.value() == null) {
            ResultRecord.task(record).ifPresent(board::forget);
        } else {
            ResultRecord.read(record).ifPresent(board::arrived);
        }
    }

    @Override
    public CompletionStage<Transition> transition(TaskRef task, StoredResult next, Fence fence, Duration timeToLive) {
        if (closed) {
            return CompletableFuture.failedFuture(closed());
        }
        return route.write(task, next).thenApply(held -> new Transition(true, next));
    }

    private static BrokerUnavailableException closed() {
        return new BrokerUnavailableException("the connection to the results was closed");
    }

    @Override
    public CompletionStage<Optional<StoredResult>> find(TaskId id) {
        if (closed) {
            return CompletableFuture.failedFuture(closed());
        }
        if (!route.bringsForeignResults() || isOpen()) {
            return CompletableFuture.completedFuture(board.find(id));
        }
        return CompletableFuture.supplyAsync(
                () -> {
                    open();
                    return board.find(id);
                },
                reading.connection().callbacks());
    }

    private boolean isOpen() {
        lock.lock();
        try {
            return reader != null && reader.isOpen();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Subscription onFinal(TaskId task, Consumer<StoredResult> listener) {
        return listen(task, listener, false);
    }

    @Override
    public Subscription onChange(TaskId task, Consumer<StoredResult> listener) {
        return listen(task, listener, true);
    }

    private Subscription listen(TaskId task, Consumer<StoredResult> listener, boolean everyState) {
        if (route.bringsForeignResults() && !isOpen()) {
            open();
        }
        return board.listen(task, listener, everyState);
    }

    @Override
    public CompletionStage<Boolean> forget(TaskId id) {
        if (closed) {
            return CompletableFuture.failedFuture(closed());
        }
        boolean known = board.forget(id);
        return route.writeForgotten(id).thenApply(told -> known);
    }

    /** How many results and tasks it knows of; for tests of what must not grow. */
    int size() {
        return board.size();
    }

    @Override
    public Optional<GroupCounters> groups() {
        return Optional.empty();
    }

    @Override
    public void close() {
        @Nullable ResultReader ending;
        lock.lock();
        try {
            if (closed) {
                return;
            }
            closed = true;
            ending = reader;
            reader = null;
        } finally {
            lock.unlock();
        }
        board.close();
        if (ending != null) {
            ending.close();
        }
        teller.shutdown();
        route.close();
    }
}
