package io.lovage.internal.worker;

import io.lovage.Worker;
import io.lovage.WorkerStats;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.QueueCapabilities;
import io.lovage.spi.Threads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/**
 * A worker with threads: a fetcher per queue, {@code concurrency} slots, one thread for outcomes that could not be
 * written at once, and two that look after things. Thread-safe.
 */
final class QueueWorker implements Worker {
    private final WorkerSpec spec;
    private final Counters counters = new Counters();
    private final Lanes lanes = new Lanes(counters);
    private final List<Fetcher> fetchers = new ArrayList<>();
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
        this.road = DeliveryRoad.build(environment, spec.handlers(), counters, outcomes);
        subscribe(environment, new Fetcher.Parts(environment, lanes, counters, road, threads));
        this.dispatcher = new Dispatcher(
                lanes,
                road,
                spec.concurrency(),
                SlotThreads.create(environment.clientName(), spec.name(), environment.threads()));
        Watchdog watchdog = new Watchdog(environment.broker().admin(), lanes, fetchers);
        StaleLookAhead staleLookAhead = new StaleLookAhead(lanes, fetchers, road, environment.time());
        this.caretakers = List.of(
                new Periodic("watchdog", Watchdog.INTERVAL, watchdog, environment.time(), threads),
                new Periodic("look-ahead", StaleLookAhead.INTERVAL, staleLookAhead, environment.time(), threads));
        this.stagedStop = new StagedStop(lanes, fetchers, dispatcher, road, environment.time());
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

    private void subscribe(WorkerEnvironment environment, Fetcher.Parts parts) {
        try {
            for (QueueShare share : spec.queues()) {
                QueueCapabilities capabilities =
                        environment.queues().capabilities(share.queue().name());
                Lane lane = lanes.add(share, capabilities, spec.prefetch(), spec.concurrency());
                ConsumeSpec consume = new ConsumeSpec(share.queue(), spec.prefetch(), spec.renewLeases(), spec.name());
                fetchers.add(new Fetcher(parts, lane, consume));
            }
        } catch (RuntimeException e) {
            discard();
            throw e;
        }
    }

    /** Instead of {@link #start}: gives back what its consumers have reserved. */
    void discard() {
        fetchers.forEach(Fetcher::close);
        outcomes.shutdown();
    }

    void start() {
        dispatcher.start();
        fetchers.forEach(Fetcher::start);
        caretakers.forEach(Periodic::start);
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
            caretakers.forEach(Periodic::stop);
            how = stagedStop.run();
        } finally {
            outcomes.shutdown();
            road.end();
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
