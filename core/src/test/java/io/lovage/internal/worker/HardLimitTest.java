package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.TaskContext;
import io.lovage.TaskFailedException;
import io.lovage.Worker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A task is over at its hard time limit, though its handler may not be. */
@Timeout(120) // not a bound of anything: what would wait for ever shall fail
class HardLimitTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

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

    private static TaskFailedException failureOf(AsyncResult<?> result) {
        return catchThrowableOfType(TaskFailedException.class, () -> result.get(SOON));
    }

    /** Only the task 3 does not listen. */
    private int deaf(Integer x, TaskContext context) {
        begun.countDown();
        while (x == 3) {
            try {
                mayEnd.await();
                return x * x;
            } catch (InterruptedException e) {
                // this one does not listen
            }
        }
        return x * x;
    }

    private void assertOnlyTheLimitWasStored() {
        assertThat(connection.results().asked()).containsExactly(TaskState.FAILURE);
        assertThat(playground.messages()).isZero();
        assertThat(playground.deadLetters()).isEmpty();
    }

    @Test
    void itsHandlerIsInterruptedAndItHasFailedAsInCelery() {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).hardTimeLimit(LIMIT));
        lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    playground.clock.advance(LIMIT);
                    Thread.sleep(60_000); // interrupted at once
                    return x;
                })
                .manual()
                .runAll();

        TaskFailedException failure = failureOf(result);
        assertThat(failure.state()).isEqualTo(TaskState.FAILURE);
        assertThat(failure.type()).isEqualTo("TimeLimitExceeded");
        assertThat(failure.failure()).isEqualTo("5");
        assertThat(failure.remoteTrace()).contains("its handler was here:", "HardLimitTest");
        assertOnlyTheLimitWasStored();
    }

    @Test
    void whatItsHandlerReturnsLaterCountsForNothing() {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).hardTimeLimit(Duration.ofMillis(1_500)));
        lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    playground.clock.advance(LIMIT);
                    return context.leaseLost() ? x : -1;
                })
                .manual()
                .runAll();

        assertThat(failureOf(result).failure()).isEqualTo("1.5");
        assertOnlyTheLimitWasStored();
    }

    @Test
    void whoEndsBeforeItHasNotMissedIt() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).hardTimeLimit(LIMIT));
        lovage.worker().handle(SQUARE, (x, context) -> x * x).manual().runAll();
        playground.clock.advance(LIMIT.multipliedBy(2));

        assertThat(result.get(SOON)).isEqualTo(9);
        assertThat(connection.results().asked()).containsExactly(TaskState.SUCCESS);
    }

    @Test
    void whoeverWaitsIsToldThoughTheHandlerDoesNotListenAndItsSlotIsFreeWhenItHasEnded() throws Exception {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).hardTimeLimit(LIMIT));
        Worker worker =
                lovage.worker().concurrency(1).handle(SQUARE, this::deaf).start();
        begun.await();
        AsyncResult<Integer> next = lovage.send(SQUARE, 4);
        playground.passTimeUntil(() -> worker.stats().failed() == 1);

        assertThat(failureOf(result).type()).isEqualTo("TimeLimitExceeded");
        assertThat(next.state()).as("the only slot is not free").isEqualTo(TaskState.PENDING);
        mayEnd.countDown();
        assertThat(next.get(SOON)).isEqualTo(16);
        waitUntil(() -> worker.stats().succeeded() == 1);
        assertThat(worker.stats().failed()).isOne();
        assertThat(worker.stats().released()).isZero();
    }

    /*
     * The story: the task is settled, so nothing of it is in the worker's hands any more but a thread. A worker that
     * stops must give that thread its grace and then leave it, and not wait for it for ever.
     */
    @Test
    void aWorkerEndsThoughSuchAHandlerDoesNot() throws Exception {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).hardTimeLimit(LIMIT));
        Worker worker =
                lovage.worker().concurrency(1).handle(SQUARE, this::deaf).start();
        begun.await();
        playground.passTimeUntil(() -> worker.stats().failed() == 1);

        CompletableFuture<Worker.Shutdown> stopped = CompletableFuture.supplyAsync(
                () -> worker.stop(Duration.ofSeconds(10)), task -> new Thread(task).start());
        playground.passTimeUntil(stopped::isDone);

        assertThat(stopped.get()).isEqualTo(Worker.Shutdown.ABANDONED);
        assertThat(failureOf(result).type()).isEqualTo("TimeLimitExceeded");
        assertOnlyTheLimitWasStored();
    }
}
