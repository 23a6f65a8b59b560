package io.lovage.internal.client;

import io.lovage.AsyncResult;
import io.lovage.DeadLetters;
import io.lovage.Lovage;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.internal.worker.CurrentTask;
import io.lovage.internal.worker.OpenWorkers;
import io.lovage.internal.worker.WorkerBuilder;
import io.lovage.internal.worker.WorkerEnvironment;
import io.lovage.spi.BrokerAdmin;
import io.lovage.spi.BrokerException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A connection as applications meet it. Thread-safe. */
final class LovageClient implements Lovage {
    private final WorkerEnvironment environment;
    private final Sender sender;
    private final OpenWorkers workers = new OpenWorkers();
    private final OpenWaits openWaits;
    private final Runnable closeClock;
    private final CompletableFuture<Void> ended = new CompletableFuture<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    /** Who is closing it. */
    private volatile @Nullable Thread closing;

    /**
     * Begins.
     *
     * @param steppedOnly whether nobody else sees the queue and its clock stands still until it is told, so that
     *     nothing goes on but what is stepped here or what a worker with threads does
     */
    LovageClient(WorkerEnvironment environment, Runnable closeClock, boolean steppedOnly) {
        this.openWaits = new OpenWaits(() -> steppedOnly && !workers.anyWithThreads());
        this.environment = environment;
        this.sender = new Sender(environment);
        this.closeClock = closeClock;
    }

    @Override
    public <A, R> AsyncResult<R> send(Task<A, R> task, A argument) {
        return send(task.with(argument));
    }

    @Override
    public <A, R> AsyncResult<R> send(Signature<A, R> signature) {
        checkOpen();
        Sender.Ready ready = sender.prepare(signature);
        sender.publishAndWait(List.of(ready));
        return pending(signature, ready);
    }

    @Override
    public <A, R> CompletionStage<AsyncResult<R>> sendAsync(Signature<A, R> signature) {
        checkOpen();
        try {
            Sender.Ready ready = sender.prepare(signature);
            return sender.publish(List.of(ready)).thenApply(confirmed -> pending(signature, ready));
        } catch (IllegalArgumentException | BrokerException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    @Override
    public <R> List<AsyncResult<R>> sendAll(List<? extends Signature<?, R>> signatures) {
        checkOpen();
        List<Sender.Ready> ready = new ArrayList<>(signatures.size());
        List<AsyncResult<R>> results = new ArrayList<>(signatures.size());
        for (Signature<?, R> signature : signatures) {
            Sender.Ready one = sender.prepare(signature);
            ready.add(one);
            results.add(pending(signature, one));
        }
        if (!ready.isEmpty()) {
            sender.publishAndWait(ready);
        }
        return results;
    }

    private <R> AsyncResult<R> pending(Signature<?, R> signature, Sender.Ready ready) {
        return pending(ready.id(), signature.task().resultType());
    }

    private <R> AsyncResult<R> pending(TaskId id, Class<R> type) {
        return new PendingResult<>(environment.results(), openWaits, environment.time(), id, type);
    }

    @Override
    public <A, R> AsyncResult<R> result(Task<A, R> task, String id) {
        checkOpen();
        return pending(new TaskId(id), task.resultType());
    }

    @Override
    public Worker.Builder worker() {
        checkOpen();
        return new WorkerBuilder(environment, workers);
    }

    @Override
    public DeadLetters deadLetters(String queue) {
        checkOpen();
        return new DeadLetterDesk(
                environment.broker().admin(),
                environment.results(),
                environment.queues().spec(queue));
    }

    @Override
    public void deleteQueue(String queue) {
        checkOpen();
        QueueSpec spec = environment.queues().spec(queue);
        BrokerAdmin admin = environment.broker().admin();
        environment.queues().forget(queue);
        admin.delete(spec);
        admin.delete(QueueSpec.of(spec.deadLetterQueue()));
    }

    /**
     * Whoever comes second waits: a shutdown hook that returned at once would end the JVM in the midst of the grace.
     * Two do not, since the end may be waiting for them: a handler, and the thread that is closing, which comes here
     * again from what a waiter has left to be run.
     */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            closing = Thread.currentThread();
            try {
                end();
            } finally {
                closing = null;
                ended.complete(null);
            }
        } else if (closing != Thread.currentThread() && CurrentTask.running().isEmpty()) {
            ended.join();
        }
    }

    private void end() {
        // Handlers that finish within their worker's grace may still wait for results; nobody does after that.
        workers.closeAll();
        openWaits.endAll();
        try {
            environment.results().close();
        } finally {
            try {
                environment.broker().close();
            } finally {
                closeClock.run();
            }
        }
    }

    private void checkOpen() {
        if (closed.get()) {
            throw new IllegalStateException("this connection is closed");
        }
    }
}
