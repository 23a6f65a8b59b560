package io.lovage.internal.worker;

import io.lovage.Worker;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a worker, in stages: fetch no more and give back what was not started; let running tasks finish within the
 * grace; interrupt; release what is left, at once. Leases are kept alive until the last settlement. {@code run} is
 * called once; {@code endGraceIn} by anybody, any time.
 */
final class StagedStop {
    private static final Logger log = LoggerFactory.getLogger(StagedStop.class);

    /** How long interrupted handlers may take to end. */
    static final Duration HEED = Duration.ofSeconds(2);
    /** How long the broker may take to answer the last settlements, and then the last calls. */
    static final Duration SETTLE = Duration.ofSeconds(5);

    private final Lanes lanes;
    private final List<Fetcher> fetchers;
    private final Dispatcher dispatcher;
    private final DeliveryRoad road;
    private final TimeSource time;
    private final CompletableFuture<Void> graceOver = new CompletableFuture<>();
    private boolean interrupted;

    StagedStop(Lanes lanes, List<Fetcher> fetchers, Dispatcher dispatcher, DeliveryRoad road, TimeSource time) {
        this.lanes = lanes;
        this.fetchers = fetchers;
        this.dispatcher = dispatcher;
        this.road = road;
        this.time = time;
    }

    /** The earliest call counts. */
    void endGraceIn(Duration grace) {
        if (grace.isZero()) {
            graceOver.complete(null);
        } else {
            TimeSource.Timer timer = time.after(grace, () -> graceOver.complete(null));
            CompletionStage<Void> end = graceOver;
            end.whenComplete((done, error) -> timer.cancel());
        }
    }

    Worker.Shutdown run() {
        stopFetching();
        CompletableFuture<Void> empty = lanes.whenEmpty();
        await(empty, graceOver);
        Worker.Shutdown how = empty.isDone() ? Worker.Shutdown.FINISHED : interruptAndRelease(empty);
        guarded("closing the consumers", Fetcher::close);
        graceOver.complete(null);
        awaitFetchers();
        if (how != Worker.Shutdown.ABANDONED) {
            uninterrupted(dispatcher::join);
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return how;
    }

    private void stopFetching() {
        guarded("stopping to fetch", Fetcher::stop);
        // At once: a fetcher may wait for a broker that is away, and others could work on these.
        lanes.close().forEach(road::giveBack);
        fetchers.forEach(fetcher -> uninterrupted(fetcher::awaitHandedOver));
    }

    /** One stage for each queue; what fails for one does not keep the next from its own, nor the next stage. */
    private void guarded(String stage, Consumer<Fetcher> step) {
        for (Fetcher fetcher : fetchers) {
            try {
                step.accept(fetcher);
            } catch (RuntimeException e) {
                log.warn(
                        "{} failed for queue '{}'; the worker goes on to its end",
                        stage,
                        fetcher.lane().queue().name(),
                        e);
            }
        }
    }

    /** They hold nothing any more; one that does not heed its interrupt ends with what it asked the broker for. */
    private void awaitFetchers() {
        CompletableFuture<Void> ended =
                CompletableFuture.allOf(fetchers.stream().map(Fetcher::ended).toArray(CompletableFuture<?>[]::new));
        if (!ended.isDone()) {
            await(ended, SETTLE);
        }
        if (!ended.isDone()) {
            log.warn("a fetcher still waits for the broker; its thread ends when that has answered");
        }
    }

    private Worker.Shutdown interruptAndRelease(CompletableFuture<Void> empty) {
        road.releaseWhatIsOnItsWay();
        log.info("the grace is over: {} running tasks are interrupted", dispatcher.interruptRunning());
        await(empty, HEED);
        road.releaseWhatIsOnItsWay(); // handlers that returned when interrupted, and whose outcome cannot be stored
        List<Held> stuck = dispatcher.busy();
        for (Held held : stuck) {
            log.warn(
                    "a handler does not heed the interrupt; its task is released:{}",
                    held.thread().stack());
            road.takeAway(held);
        }
        await(empty, SETTLE);
        return stuck.isEmpty() ? Worker.Shutdown.INTERRUPTED : Worker.Shutdown.ABANDONED;
    }

    private void await(CompletableFuture<Void> first, Duration limit) {
        CompletableFuture<Void> over = new CompletableFuture<>();
        TimeSource.Timer timer = time.after(limit, () -> over.complete(null));
        await(first, over);
        timer.cancel();
    }

    private void await(CompletableFuture<Void> first, CompletableFuture<Void> second) {
        uninterrupted(() -> {
            try {
                CompletableFuture.anyOf(first, second).get();
            } catch (ExecutionException e) {
                throw new IllegalStateException("neither of them can fail", e);
            }
        });
    }

    private interface Wait {
        void run() throws InterruptedException;
    }

    /**
     * Whoever interrupts the thread that stops the worker is in a hurry: the grace is over, the stages are not skipped.
     */
    private void uninterrupted(Wait wait) {
        while (true) {
            try {
                wait.run();
                return;
            } catch (InterruptedException e) {
                interrupted = true;
                graceOver.complete(null);
            }
        }
    }
}
