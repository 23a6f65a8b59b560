package io.lovage.internal.client;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.internal.wire.ResultCodec;
import io.lovage.internal.wire.ResultLayout;
import io.lovage.internal.wire.ResultOwner;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import io.lovage.testing.ManualClock;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whoever waits for a result while his connection is closed, or after. */
class ClosingTest {
    private final Playground playground = new Playground();

    @AfterEach
    void close() {
        playground.close();
    }

    private static <T> CompletableFuture<T> inBackground(Callable<T> action) {
        CompletableFuture<T> end = new CompletableFuture<>();
        new Thread(() -> {
                    try {
                        end.complete(action.call());
                    } catch (Throwable e) {
                        end.completeExceptionally(e);
                    }
                })
                .start();
        return end;
    }

    /** A real second is nothing to who would wait for ever. */
    private static Throwable failureOf(CompletableFuture<?> future) throws Exception {
        try {
            throw new AssertionError("it came to " + future.get(30, TimeUnit.SECONDS));
        } catch (ExecutionException e) {
            return Stages.cause(e);
        }
    }

    @Test
    void aThreadThatWaitsForAResultIsToldWhenAnotherClosesTheConnection() throws Exception {
        Playground.Connection connection = playground.connect();
        AsyncResult<Integer> result = connection.lovage().send(SQUARE, 3);
        CompletableFuture<Integer> waiting = inBackground(() -> result.get(SOON));
        waitUntil(() -> playground.clock.waitingActions() > 0); // its timeout, which nobody will ever run

        connection.lovage().close();

        assertThat(failureOf(waiting))
                .isInstanceOf(BrokerUnavailableException.class)
                .hasMessageContaining("closed while waiting");
    }

    @Test
    void aFutureEndsWithItsConnection() throws Exception {
        Lovage lovage = playground.lovage();
        CompletableFuture<Integer> future = lovage.send(SQUARE, 3).future();

        lovage.close();

        assertThat(failureOf(future)).isInstanceOf(BrokerUnavailableException.class);
    }

    @Test
    void aHandlerThatWaitsForAnotherTaskMayFinishWithinTheGrace() throws Exception {
        Task<Integer, Integer> outer = Task.of("outer", Integer.class, Integer.class);
        Lovage closing = playground.lovage();
        Lovage other = playground.lovage();
        CompletableFuture<String> inner = new CompletableFuture<>();
        closing.worker()
                .queues("outer")
                .concurrency(1)
                .handle(outer, (x, context) -> {
                    AsyncResult<Integer> square = closing.send(SQUARE, x);
                    inner.complete(square.id());
                    return square.get(SOON);
                })
                .start();
        AsyncResult<Integer> result = other.send(outer.with(3).queue("outer"));
        inner.join();

        CompletableFuture<Boolean> closed = inBackground(() -> {
            closing.close();
            return true;
        });
        waitUntil(() -> refuses(closing));
        try (Worker squares = other.worker()
                .concurrency(1)
                .handle(SQUARE, (x, context) -> x * x)
                .start()) {
            assertThat(result.get(SOON)).isEqualTo(9);
            assertThat(squares.stats().failed()).isZero();
        }
        assertThat(closed.get(30, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean refuses(Lovage lovage) {
        try {
            lovage.worker();
            return false;
        } catch (IllegalStateException closed) {
            return true;
        }
    }

    /** A backend that tells nothing at its end, as one over replies: the client tells its waiters by itself. */
    @Nested
    class OverABackendThatSaysNothing {
        private final ReplyResults backend = new ReplyResults();
        private final OpenWaits waits = new OpenWaits(() -> false);
        private final ManualClock clock = new ManualClock();
        private final TaskId id = new TaskId("the-task");
        private final AsyncResult<Integer> result = new PendingResult<>(backend, waits, clock, id, Integer.class);

        @Test
        void whoWaitsIsTold() throws Exception {
            CompletableFuture<Integer> future = result.future();

            waits.endAll();

            assertThat(failureOf(future)).isInstanceOf(BrokerUnavailableException.class);
            assertThat(backend.listeners).hasValue(0);
        }

        @Test
        void whoComesLaterIsRefusedInsteadOfWaitingForATimerOfAClockThatHasEnded() throws Exception {
            waits.endAll();

            CompletableFuture<Integer> waiting = inBackground(() -> result.get(SOON));

            assertThat(failureOf(waiting)).isInstanceOf(BrokerUnavailableException.class);
            assertThat(result.future()).isCompletedExceptionally();
            assertThat(backend.listeners).hasValue(0);
            assertThat(clock.waitingActions()).isZero();
        }

        @Test
        void theStateThatHasArrivedIsKnownWithoutWaiting() {
            assertThat(result.state()).isEqualTo(TaskState.PENDING);
            backend.arrived.put(id, new ResultCodec(ResultLayout.REPLY).success(ResultOwner.of(id), 9, clock.now()));

            assertThat(result.state()).isEqualTo(TaskState.SUCCESS);
            assertThat(backend.listeners).hasValue(0);
        }

        @Test
        void theProgressThatHasArrivedIsKnownWithoutWaiting() {
            backend.arrived.put(
                    id,
                    new ResultCodec(ResultLayout.REPLY)
                            .custom(ResultOwner.of(id), new TaskState("PROGRESS"), "half way"));

            assertThat(result.progress()).contains("half way");
        }
    }

    @Test
    void aClosedConnectionSendsNothing() {
        Lovage lovage = playground.lovage();
        lovage.close();
        lovage.close();

        assertThatThrownBy(() -> lovage.send(SQUARE, 3)).isInstanceOf(IllegalStateException.class);
    }

    /*
     * The story: the main thread closes and waits for a running task; SIGTERM comes, and a shutdown hook closes too. It
     * returned at once, the JVM ended, and the task was cut off in the midst of its grace.
     */
    @Test
    @DisplayName("R10.3 who closes second comes back when everything has ended")
    void whoClosesSecondComesBackWhenEverythingHasEnded() throws Exception {
        Lovage lovage = playground.lovage();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch mayEnd = new CountDownLatch(1);
        Worker worker = lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    begun.countDown();
                    mayEnd.await();
                    return x;
                })
                .start();
        lovage.send(SQUARE, 3);
        begun.await();
        CompletableFuture<Boolean> first = inBackground(() -> closed(lovage));
        waitUntil(() -> begunToStop(lovage));

        CompletableFuture<Long> seenByTheHook = new CompletableFuture<>();
        Thread hook = new Thread(() -> {
            lovage.close();
            seenByTheHook.complete(worker.stats().succeeded());
        });
        hook.start();
        waitUntil(() -> hook.getState() == Thread.State.WAITING || !hook.isAlive());
        mayEnd.countDown();

        assertThat(seenByTheHook.get(30, TimeUnit.SECONDS)).isEqualTo(1);
        assertThat(first.get(30, TimeUnit.SECONDS)).isTrue();
    }

    private static boolean closed(Lovage lovage) {
        lovage.close();
        return true;
    }

    private static boolean begunToStop(Lovage lovage) {
        try {
            lovage.worker();
            return false;
        } catch (IllegalStateException closed) {
            return true;
        }
    }

    @Test
    void aHandlerThatClosesWhatIsBeingClosedIsNotWaitedForByItself() throws Exception {
        Lovage lovage = playground.lovage();
        CountDownLatch begun = new CountDownLatch(1);
        Worker worker = lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    begun.countDown();
                    waitUntil(() -> begunToStop(lovage));
                    lovage.close();
                    return x;
                })
                .start();
        lovage.send(SQUARE, 3);
        begun.await();

        lovage.close();

        assertThat(worker.awaitStopped()).isEqualTo(Worker.Shutdown.FINISHED);
    }

    /*
     * The story: the connection was closed while the worker subscribed. Nobody knew of the worker yet, so nobody stopped
     * it: its slots waited for ever, and its fetcher asked a closed broker again and again.
     */
    @Test
    @DisplayName("R10.3 a worker that is being started when its connection is closed does not begin")
    void aWorkerThatIsBeingStartedWhenItsConnectionIsClosedDoesNotBegin() {
        Playground.Connection connection = playground.connect();
        Worker.Builder late = connection.lovage().worker().name("late").handle(SQUARE, (x, context) -> x);
        connection.broker().whileConsuming = connection.lovage()::close;

        assertThatThrownBy(late::start)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed while");

        assertThat(Thread.getAllStackTraces().keySet())
                .noneMatch(thread -> thread.getName().contains("late"));
        assertThat(connection.broker().closedConsumers).hasValue(1);
    }

    @Test
    void aManualWorkerThatIsBeingMadeWhenItsConnectionIsClosedIsRefused() {
        Playground.Connection connection = playground.connect();
        Worker.Builder late = connection.lovage().worker().handle(SQUARE, (x, context) -> x);
        connection.broker().whileConsuming = connection.lovage()::close;

        assertThatThrownBy(late::manual).isInstanceOf(IllegalStateException.class);

        assertThat(connection.broker().closedConsumers).hasValue(1);
    }
}
