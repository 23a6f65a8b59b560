package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.internal.client.FaultyBroker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A worker ends, whatever fails or hangs meanwhile. */
@Timeout(120) // not a bound of anything: what would wait for ever shall fail
class EndingTest {
    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final FaultyBroker broker = connection.broker();
    private final Lovage lovage = connection.lovage();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch mayEnd = new CountDownLatch(1);

    @AfterEach
    void close() {
        broker.drainFault = null;
        mayEnd.countDown();
        playground.close();
    }

    private static CompletableFuture<Worker.Shutdown> stopping(Worker worker, Duration grace) {
        return CompletableFuture.supplyAsync(() -> worker.stop(grace), task -> new Thread(task).start());
    }

    private static boolean threadLives(String name) {
        return Thread.getAllStackTraces().keySet().stream()
                .anyMatch(thread -> thread.getName().contains(name));
    }

    @Test
    void aWorkerWhoseConsumersFailToDrainAndToCloseEndsAllTheSame() throws InterruptedException {
        Worker worker = lovage.worker()
                .concurrency(1)
                .handle(SQUARE, (x, context) -> x * x)
                .start();
        broker.drainFault = new IllegalStateException("a defect of the broker's module");

        assertThat(worker.stop(SOON)).isEqualTo(Worker.Shutdown.FINISHED);
        assertThat(worker.stop(SOON)).as("again").isEqualTo(Worker.Shutdown.FINISHED);
        assertThat(worker.awaitStopped()).isEqualTo(Worker.Shutdown.FINISHED);
        lovage.close();
    }

    @Test
    void nobodyLooksAfterTheConsumersDuringTheGrace() throws Exception {
        lovage.send(SQUARE, 3);
        Worker worker = lovage.worker()
                .name("graceful")
                .concurrency(1)
                .handle(SQUARE, (x, context) -> {
                    begun.countDown();
                    mayEnd.await();
                    return x;
                })
                .start();
        begun.await();
        assertThat(threadLives("graceful-watchdog")).isTrue();

        CompletableFuture<Worker.Shutdown> stopped = stopping(worker, Duration.ofDays(1));
        waitUntil(() -> !threadLives("graceful-watchdog") && !threadLives("graceful-look-ahead"));

        assertThat(stopped).isNotDone();
        mayEnd.countDown();
        assertThat(stopped.get()).isEqualTo(Worker.Shutdown.FINISHED);
    }

    /*
     * The story: one queue was deleted while its broker is slow to answer, so its fetcher hangs in the declaration. The
     * worker is told to stop. What it had fetched from its other queue goes back at once, not when that declaration has
     * ended; and the worker ends without it.
     */
    @Test
    void theLookAheadGoesBackWhileAFetcherHangsInTheBroker() throws Exception {
        CountDownLatch hangs = new CountDownLatch(1);
        Worker worker = lovage.worker()
                .queues(QUEUE, "away")
                .concurrency(1)
                .prefetch(10)
                .handle(SQUARE, (x, context) -> {
                    begun.countDown();
                    mayEnd.await();
                    return x;
                })
                .start();
        lovage.send(SQUARE, 0);
        begun.await();
        lovage.sendAll(Stream.of(1, 2, 3).map(SQUARE::with).toList());
        waitUntil(() -> worker.stats().taken() == 4);
        broker.whileDeclaring = queue -> hang(hangs);
        playground.broker().admin().delete(QueueSpec.of("away"));
        while (hangs.getCount() > 0) { // a retry of the fetcher is due every half second; nothing gets stale before
            playground.clock.advance(Duration.ofMillis(100));
            Thread.onSpinWait();
        }

        CompletableFuture<Worker.Shutdown> stopped = stopping(worker, Duration.ofDays(1));
        waitUntil(() -> playground.stats().ready().orElseThrow() == 3);

        assertThat(stopped).isNotDone();
        mayEnd.countDown();
        assertThat(stopped.get()).isEqualTo(Worker.Shutdown.FINISHED);
        waitUntil(() -> !threadLives("fetcher-away"));
    }

    /** As a module does that waits for a connection: it heeds an interrupt, and nothing else. */
    private static void hang(CountDownLatch hangs) {
        hangs.countDown();
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BrokerUnavailableException("interrupted", e);
        }
    }

    /*
     * The story: a handler ignores the interrupt and still runs when its task is released. Whoever gets the task next
     * runs beside it, so its fencing token must be larger, also near the delivery limit, where what was never started
     * is rebased and keeps its count.
     */
    @Test
    @DisplayName("fencing: a task that is taken from a handler which does not end comes back with a larger token")
    void aTaskThatIsTakenFromADeafHandlerComesBackWithALargerToken() throws Exception {
        QueueSpec three = QueueSpec.of(QUEUE).withDeliveryLimit(3);
        List<Long> tokens = new CopyOnWriteArrayList<>();
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        playground.publish(playground.takeAll().get(0).withHeader(LovageHeaders.DELIVERY_COUNT, 1));
        Worker worker = lovage.worker()
                .queue(three, 1)
                .concurrency(1)
                .handle(SQUARE, (x, context) -> {
                    tokens.add(context.fencingToken());
                    begun.countDown();
                    return ignoringInterrupts();
                })
                .start();
        begun.await();

        CompletableFuture<Worker.Shutdown> stopped = stopping(worker, Duration.ofSeconds(1));
        playground.passTimeUntil(stopped::isDone);
        assertThat(stopped.get()).isEqualTo(Worker.Shutdown.ABANDONED);
        lovage.worker()
                .queue(three, 1)
                .handle(SQUARE, (x, context) -> {
                    tokens.add(context.fencingToken());
                    return x * x;
                })
                .manual()
                .runAll();

        assertThat(tokens).hasSize(2);
        assertThat(tokens.get(1)).isGreaterThan(tokens.get(0));
        assertThat(result.get(SOON)).isEqualTo(9);
    }

    private int ignoringInterrupts() {
        while (true) {
            try {
                mayEnd.await();
                return -1;
            } catch (InterruptedException e) {
                // this one does not listen
            }
        }
    }

    /*
     * The story: a handler hands its thread to somebody who interrupts it too late, when the task has ended and the
     * slot waits for the next one. A slot that ended of it would be missing for good; here it is the only one.
     */
    @Test
    void aSlotSurvivesAnInterruptThatReachesItBetweenTwoTasks() throws InterruptedException {
        CompletableFuture<Thread> slot = new CompletableFuture<>();
        lovage.worker()
                .concurrency(1)
                .handle(SQUARE, (x, context) -> {
                    slot.complete(Thread.currentThread());
                    return x * x;
                })
                .start();
        assertThat(lovage.send(SQUARE, 2).get(SOON)).isEqualTo(4);
        waitUntil(() -> slot.join().getState() == Thread.State.WAITING);

        slot.join().interrupt();

        assertThat(lovage.send(SQUARE, 3).get(SOON)).isEqualTo(9);
    }

    /*
     * The story: a handler used up the memory, and the fetcher was the next to ask for some. It died, the words of its
     * death found no memory either, and the worker did nothing for ever after, with a full look-ahead in its hands.
     */
    @Test
    void aFetcherSurvivesAnErrorThatSomebodyElseHasCaused() {
        AtomicInteger polls = new AtomicInteger();
        broker.whilePolling = () -> {
            if (polls.incrementAndGet() == 1) {
                throw new OutOfMemoryError("made up");
            }
        };
        Worker worker = lovage.worker()
                .concurrency(1)
                .handle(SQUARE, (x, context) -> x * x)
                .start();
        lovage.send(SQUARE, 3);

        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);

        assertThat(broker.consumers).hasValue(2);
    }

    @Test
    void aSlotSurvivesADeliveryThatCannotEvenBeGivenUp() {
        AtomicInteger settlements = new AtomicInteger();
        broker.settleFault = how -> {
            if (settlements.incrementAndGet() == 1) {
                throw new OutOfMemoryError("made up");
            }
            return null;
        };
        broker.whileAbandoning = () -> {
            throw new OutOfMemoryError("made up");
        };
        Worker worker = lovage.worker()
                .concurrency(1)
                .prefetch(2) // the broker still counts the one that could not be given up
                .handle(SQUARE, (x, context) -> x * x)
                .start();
        lovage.sendAll(List.of(SQUARE.with(3), SQUARE.with(4)));

        waitUntil(() -> worker.stats().succeeded() == 1);
    }
}
