package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.TaskContext;
import io.lovage.TaskHandler;
import io.lovage.Worker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** How a worker ends, stage by stage. */
class ShutdownTest {
    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        mayEnd.countDown();
        playground.close();
    }

    private Worker start(TaskHandler<Integer, Integer> handler) {
        return lovage.worker()
                .concurrency(1)
                .prefetch(10)
                .handle(SQUARE, handler)
                .start();
    }

    private int untilReleased(Integer x, TaskContext context) throws InterruptedException {
        begun.countDown();
        mayEnd.await();
        return x * x;
    }

    private int deaf(Integer x, TaskContext context) {
        begun.countDown();
        while (true) {
            try {
                mayEnd.await();
                return x * x;
            } catch (InterruptedException e) {
                // this one does not listen
            }
        }
    }

    private CompletableFuture<Worker.Shutdown> stopping(Worker worker, Duration grace) {
        return CompletableFuture.supplyAsync(() -> worker.stop(grace), task -> new Thread(task).start());
    }

    /** Lets time pass until it is over. */
    private <T> T passTimeUntil(CompletableFuture<T> over) {
        playground.passTimeUntil(over::isDone);
        return over.join();
    }

    private List<Integer> deliveryCountsOfWhatIsLeft() throws InterruptedException {
        try (Broker.Consumer consumer = connection.memory().consume(ConsumeSpec.of(QueueSpec.of(QUEUE), 100))) {
            return consumer.poll(100, Duration.ZERO).stream()
                    .map(Delivery::deliveryCount)
                    .toList();
        }
    }

    @Test
    void anIdleWorkerEndsAtOnce() throws InterruptedException {
        Worker worker = start((x, context) -> x);

        assertThat(worker.stop(Duration.ofDays(1))).isEqualTo(Worker.Shutdown.FINISHED);
        assertThat(worker.stop(Duration.ofDays(1))).as("again").isEqualTo(Worker.Shutdown.FINISHED);
        assertThat(worker.awaitStopped()).isEqualTo(Worker.Shutdown.FINISHED);
    }

    @Test
    @DisplayName("what runs may finish within the grace and is settled; what was not started goes back at once")
    void whatRunsMayFinishWithinTheGrace() throws Exception {
        AsyncResult<Integer> running = lovage.send(SQUARE, 3);
        Worker worker = start(this::untilReleased);
        begun.await();
        lovage.sendAll(Stream.of(4, 5, 6).map(SQUARE::with).toList());
        waitUntil(() -> worker.stats().taken() == 4);

        CompletableFuture<Worker.Shutdown> stopped = stopping(worker, Duration.ofDays(1));
        waitUntil(() -> playground.stats().ready().orElseThrow() == 3);
        assertThat(stopped).as("the running one has its grace").isNotDone();
        mayEnd.countDown();

        assertThat(stopped.get()).isEqualTo(Worker.Shutdown.FINISHED);
        assertThat(running.get(SOON)).isEqualTo(9);
        assertThat(worker.stats().released()).isEqualTo(3);
        assertThat(playground.stats().inFlight()).hasValue(0);
    }

    @Test
    @DisplayName("after the grace it is interrupted and released, not failed; the attempt does not count")
    void whatIsInterruptedIsReleased() throws Exception {
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        CountDownLatch interrupted = new CountDownLatch(1);
        Worker worker = start((x, context) -> {
            try {
                return untilReleased(x, context);
            } catch (InterruptedException e) {
                interrupted.countDown();
                throw e;
            }
        });
        begun.await();

        CompletableFuture<Worker.Shutdown> stopped = stopping(worker, Duration.ofSeconds(10));
        playground.passTimeUntil(() -> interrupted.getCount() == 0); // and no further: it shall be in time

        assertThat(stopped.get()).isEqualTo(Worker.Shutdown.INTERRUPTED);
        assertThat(result.state()).isEqualTo(TaskState.PENDING);
        assertThat(playground.stats().ready())
                .as("back at once, not when the lease ends")
                .hasValue(1);
        List<Integer> attempts = new ArrayList<>();
        lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    attempts.add(context.attempt());
                    return x * x;
                })
                .manual()
                .runAll();
        assertThat(attempts).containsExactly(1);
        assertThat(result.get(SOON)).isEqualTo(9);
    }

    @Test
    void whatDoesNotHeedTheInterruptIsReleasedAndReported() throws Exception {
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        Worker worker = start(this::deaf);
        begun.await();

        assertThat(passTimeUntil(stopping(worker, Duration.ofSeconds(10)))).isEqualTo(Worker.Shutdown.ABANDONED);
        assertThat(playground.stats().ready()).hasValue(1);

        mayEnd.countDown();
        lovage.worker().handle(SQUARE, (x, context) -> -1).manual().runAll();
        assertThat(result.get(SOON))
                .as("what the deaf one returned was not stored")
                .isEqualTo(-1);
    }

    @Test
    void aDeafHandlerThatHasLostItsLeaseIsReportedToo() throws Exception {
        lovage.send(SQUARE, 3);
        Worker worker = start(this::deaf);
        begun.await();
        connection.memory().freeze();
        playground.clock.advance(QueueSpec.DEFAULT_LEASE.plusSeconds(1));
        connection.memory().thaw();

        assertThat(passTimeUntil(stopping(worker, Duration.ofSeconds(10)))).isEqualTo(Worker.Shutdown.ABANDONED);
        assertThat(worker.stats().leaseLost()).isOne();
        assertThat(playground.stats().ready()).hasValue(1);
    }

    @Test
    void aSecondStopShortensTheGrace() throws Exception {
        lovage.send(SQUARE, 3);
        Worker worker = start(this::untilReleased);
        begun.await();
        CompletableFuture<Worker.Shutdown> first = stopping(worker, Duration.ofDays(365));
        CompletableFuture<Worker.Shutdown> second = stopping(worker, Duration.ZERO);

        assertThat(first.get()).isEqualTo(Worker.Shutdown.INTERRUPTED);
        assertThat(second.get()).isEqualTo(Worker.Shutdown.INTERRUPTED);
        assertThat(playground.stats().ready()).hasValue(1);
    }

    @Test
    void anInterruptedStopperIsInAHurryAndKeepsItsFlag() throws Exception {
        lovage.send(SQUARE, 3);
        Worker worker = start(this::untilReleased);
        begun.await();
        CompletableFuture<Boolean> flag = new CompletableFuture<>();
        Thread stopper = new Thread(() -> {
            worker.stop(Duration.ofDays(365));
            flag.complete(Thread.currentThread().isInterrupted());
        });
        stopper.start();
        stopper.interrupt();

        assertThat(flag.get()).isTrue();
        assertThat(playground.stats().ready()).hasValue(1);
    }

    @Test
    void anOutcomeThatCannotBeStoredIsReleasedAfterTheGrace() throws Exception {
        connection.results().fault = (task, state) -> new BrokerUnavailableException("down");
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        Worker worker = start((x, context) -> x * x);
        waitUntil(() -> !connection.results().asked().isEmpty());

        passTimeUntil(stopping(worker, Duration.ofSeconds(10)));

        assertThat(playground.stats().ready()).hasValue(1);
        assertThat(connection.broker().settlements).hasSize(1);
        connection.results().fault = (task, state) -> null;
        lovage.worker().handle(SQUARE, (x, context) -> x * x).manual().runAll();
        assertThat(result.get(SOON)).isEqualTo(9);
    }

    @Test
    @DisplayName("R10.3 closing the connection stops its workers and leaves no thread")
    void closingTheConnectionStopsItsWorkers() throws InterruptedException {
        Worker worker = start((x, context) -> x);
        ManualWorker manual = lovage.worker().handle(SQUARE, (x, context) -> x).manual();

        lovage.close();

        assertThat(worker.awaitStopped()).isEqualTo(Worker.Shutdown.FINISHED);
        assertThat(manual.runOne()).isFalse();
        waitUntil(() -> Thread.getAllStackTraces().keySet().stream() // the caretakers end by themselves
                .noneMatch(thread -> thread.getName().startsWith("playground-worker")));
    }

    @Test
    @DisplayName("R7.4 twenty rolling restarts do not bring a healthy message to its limit")
    void rollingRestartsDoNotUseUpTheLimit() throws Exception {
        QueueSpec three = QueueSpec.of(QUEUE).withDeliveryLimit(3);
        lovage.send(SQUARE, 1);
        AsyncResult<Integer> waiting = lovage.send(SQUARE.with(2));
        AtomicInteger runs = new AtomicInteger();
        for (int restart = 0; restart < 20; restart++) {
            CountDownLatch busy = new CountDownLatch(1);
            Worker worker = lovage.worker()
                    .queue(three, 1)
                    .concurrency(1)
                    .prefetch(2)
                    .handle(SQUARE, (x, context) -> {
                        busy.countDown();
                        runs.incrementAndGet();
                        mayEnd.await();
                        return x;
                    })
                    .start();
            busy.await();
            waitUntil(() -> worker.stats().taken() == 2);
            worker.stop(Duration.ZERO);
        }

        assertThat(runs).hasValue(20);
        assertThat(playground.deadLetters()).isEmpty();
        assertThat(deliveryCountsOfWhatIsLeft()).hasSize(2).allMatch(count -> count <= 3);
        mayEnd.countDown();
        lovage.worker()
                .queue(three, 1)
                .handle(SQUARE, (x, context) -> x)
                .manual()
                .runAll();
        assertThat(waiting.get(SOON)).isEqualTo(2);
    }
}
