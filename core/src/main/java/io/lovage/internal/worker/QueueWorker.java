package io.lovage.internal.worker;

import io.lovage.Worker;
import io.lovage.WorkerStats;
import io.lovage.internal.control.WorkerNode;
import io.lovage.spi.Broadcasts;
import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A worker with threads: a fetcher per queue, {@code concurrency} slots, one thread for outcomes that could not be
 * written at once, and two that look after things. Thread-safe.
 */
final class QueueWorker implements Worker {
    private static final Logger log = LoggerFactory.getLogger(QueueWorker.class);

    private final WorkerSpec spec;
    private final Counters counters = new Counters();
    private final Lanes lanes = new Lanes(counters);
    private final QueueRoster queues;
    private final Optional<WorkerNode> node;
    private final DeliveryRoad road;
    private final Dispatcher dispatcher;
    private final List<Periodic> caretakers;
    private final ThreadPoolExecutor outcomes;
    private final StagedStop stagedStop;
    private final Consumer<AutoCloseable> whenStopped;
    private final AtomicBoolean stopping = new AtomicBoolean();
    private final CompletableFuture<Shutdown> stopped = new CompletableFuture<>();

    /**
     * Subscribes to the queues, which were declared; nothing runs before {@link #start}.
     *
     * @param whenStopped runs once, after the end
     */
    QueueWorker(WorkerEnvironment environment, WorkerSpec spec, Consumer<AutoCloseable> whenStopped) {
        this.spec = spec;
        this.whenStopped = whenStopped;
        Threads threads = role -> environment.threads().named(spec.name() + "-" + role);
        this.outcomes = outcomeThread(threads);
        Remote remote = Remote.of(environment.time());
        this.road = DeliveryRoad.build(environment, spec, counters, remote, outcomes);
        this.queues = new QueueRoster(
                environment, spec, lanes, new Fetcher.Parts(environment, lanes, counters, road, threads));
        subscribe();
        this.dispatcher = new Dispatcher(
                lanes,
                road,
                spec.concurrency(),
                SlotThreads.create(environment.clientName(), spec.name(), environment.threads()));
        Watchdog watchdog = new Watchdog(environment.broker().admin(), lanes, queues.taking());
        StaleLookAhead staleLookAhead = new StaleLookAhead(lanes, queues.all(), road, environment.time());
        this.caretakers = List.of(
                new Periodic("watchdog", Watchdog.INTERVAL, () -> look(watchdog), environment.time(), threads),
                new Periodic("look-ahead", StaleLookAhead.INTERVAL, staleLookAhead, environment.time(), threads));
        this.node = node(environment, remote, threads);
        this.stagedStop = new StagedStop(lanes, queues.all(), dispatcher, road, environment.time());
    }

    /** One thread; what comes after its end is dropped: nothing may be written any more. */
    private static ThreadPoolExecutor outcomeThread(Threads threads) {
        return new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(), // bounded by the prefetch: each delivery is in it once
                threads.named("outcomes"),
                new ThreadPoolExecutor.DiscardPolicy());
    }

    private void subscribe() {
        try {
            spec.queues().forEach(queues::subscribe);
        } catch (RuntimeException e) {
            discard();
            throw e;
        }
    }

    private void look(Watchdog watchdog) {
        watchdog.run();
        queues.closeLeaving();
    }

    /** Empty when it shall not be one, or when the broker has no broadcasts. */
    private Optional<WorkerNode> node(WorkerEnvironment environment, Remote remote, Threads threads) {
        WorkerSpec.Presence presence = spec.presence();
        Optional<Broadcasts> broadcasts = environment.broker().broadcasts();
        if (!presence.remoteControl() || broadcasts.isEmpty()) {
            if (presence.taskEvents()) {
                log.warn(
                        "no events of tasks: {}",
                        presence.remoteControl() ? "this broker has no broadcasts" : "remote control is switched off");
            }
            return Optional.empty();
        }
        WorkerView view = new WorkerView(
                spec,
                new WorkerView.Parts(
                        environment.broker().capabilities().broker(),
                        lanes,
                        dispatcher,
                        queues,
                        counters,
                        () -> threads.named("shutdown").newThread(this::close).start()));
        WorkerNode made = new WorkerNode(
                new WorkerNode.Spec(presence.node(), environment.process(), presence.taskEvents()),
                broadcasts.get(),
                remote.revoked(),
                view,
                new WorkerNode.Around(environment.time(), threads));
        remote.events().sendThrough(made.events());
        return Optional.of(made);
    }

    /** Instead of {@link #start}: gives back what its consumers have reserved. */
    void discard() {
        queues.all().forEach(Fetcher::close);
        outcomes.shutdown();
    }

    void start() {
        dispatcher.start();
        queues.all().forEach(Fetcher::start);
        caretakers.forEach(Periodic::start);
        node.ifPresent(WorkerNode::start);
    }

    @Override
    public String name() {
        return spec.name();
    }

    @Override
    public WorkerStats stats() {
        return counters.snapshot();
    }

    @Override
    public Shutdown stop(Duration grace) {
        stagedStop.endGraceIn(grace);
        if (stopping.compareAndSet(false, true)) {
            end();
        }
        return stopped.join();
    }

    /** Whatever happens on the way: whoever waits for the end is told, and the thread of outcomes ends. */
    private void end() {
        Shutdown how = Shutdown.ABANDONED;
        try {
            // First of all: they would look after consumers that shall not get anything any more.
            queues.close();
            caretakers.forEach(Periodic::stop);
            how = stagedStop.run();
        } finally {
            outcomes.shutdown();
            road.end();
            node.ifPresent(WorkerNode::stop);
            stopped.complete(how);
            whenStopped.accept(this);
        }
    }

    @Override
    public Shutdown awaitStopped() throws InterruptedException {
        try {
            return stopped.get();
        } catch (ExecutionException e) {
            throw new IllegalStateException("a worker's end cannot fail", e);
        }
    }

    @Override
    public void close() {
        stop(spec.grace());
    }
}
