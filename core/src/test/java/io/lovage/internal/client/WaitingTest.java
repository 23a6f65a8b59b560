package io.lovage.internal.client;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.ResultTimeoutException;
import io.lovage.ResultTypeException;
import io.lovage.Signature;
import io.lovage.Task;
import io.lovage.TaskFailedException;
import io.lovage.Worker;
import io.lovage.spi.Bytes;
import io.lovage.spi.Fence;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class WaitingTest {
    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final FaultyResults results = connection.results();

    @AfterEach
    void close() {
        playground.close();
    }

    private ManualWorker worker() {
        return lovage.worker().handle(SQUARE, (x, context) -> x * x).manual();
    }

    @Test
    @DisplayName("R11.2 a future completes when the result is stored, and its subscription ends with it")
    void aFutureCompletesWhenTheResultIsStored() {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        CompletableFuture<Integer> future = result.future();
        assertThat(results.subscriptions).hasValue(1);

        worker().runAll();

        assertThat(future).isCompletedWithValue(49);
        assertThat(results.subscriptions).hasValue(0);
        assertThat(result.state()).isEqualTo(TaskState.SUCCESS);
    }

    @Test
    @DisplayName("R11.8 whoever waits for a result that cannot be read hears that it failed, and why")
    void aResultThatCannotBeReadIsAFailure() {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        TaskId id = new TaskId(result.id());
        StoredResult foreign = new StoredResult(id, TaskState.SUCCESS, Bytes.utf8("1".repeat(5_000)));
        results.transition(new TaskRef(id, Optional.of("x"), id.value()), foreign, new Fence(0, 1), Duration.ofDays(1));

        assertThatThrownBy(() -> result.get(SOON)).isInstanceOfSatisfying(TaskFailedException.class, failure -> {
            assertThat(failure.type()).isEqualTo("UnreadableResult");
            assertThat(failure.failure()).contains("5000 bytes", "more than 4300 digits");
        });
    }

    @Test
    void aResultThatIsThereAlreadyIsFoundAtOnce() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        worker().runAll();

        assertThat(result.get(Duration.ZERO)).isEqualTo(49);
        assertThat(lovage.result(SQUARE, result.id()).get(Duration.ZERO)).isEqualTo(49);
    }

    @Test
    void allWaitersOfAHandleShareOneSubscriptionThatEndsWithTheLast() {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        List<CompletableFuture<Integer>> futures =
                IntStream.range(0, 5).mapToObj(i -> result.future()).toList();
        assertThat(results.subscriptions).hasValue(1);

        futures.subList(0, 4).forEach(future -> future.cancel(false));
        assertThat(results.subscriptions).hasValue(1);
        futures.get(4).cancel(false);
        assertThat(results.subscriptions).hasValue(0);

        CompletableFuture<Integer> later = result.future();
        worker().runAll();
        assertThat(later).as("waiting may begin again").isCompletedWithValue(49);
    }

    @Test
    void waitingEndsWithTheTimeoutAndLeavesNothingBehind() throws Exception {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        CompletableFuture<Throwable> thrown = inBackground(() -> result.get(Duration.ofSeconds(5)));
        awaitSubscriptions(1);

        playground.clock.advance(Duration.ofSeconds(5));

        assertThat(thrown.get(30, TimeUnit.SECONDS))
                .isInstanceOf(ResultTimeoutException.class)
                .hasMessageContaining(result.id())
                .hasMessageContaining("5000 ms");
        assertThat(results.subscriptions).hasValue(0);
        assertThat(playground.clock.waitingActions()).isZero();
    }

    @Test
    void anInterruptedWaiterLeavesNothingBehind() throws Exception {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        CompletableFuture<Thread> thread = new CompletableFuture<>();
        CompletableFuture<Throwable> thrown = inBackground(() -> {
            thread.complete(Thread.currentThread());
            return result.get(SOON);
        });
        awaitSubscriptions(1);

        thread.join().interrupt();

        assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        assertThat(results.subscriptions).hasValue(0);
        assertThat(playground.clock.waitingActions()).isZero();
    }

    @Test
    void noWaiterOutlivesItsConnection() throws Exception {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        CompletableFuture<Integer> future = result.future();
        CompletableFuture<Throwable> thrown = inBackground(() -> result.get(SOON));
        Playground.waitUntil(() -> playground.clock.waitingActions() == 1);

        lovage.close();

        assertThat(thrown.get(30, TimeUnit.SECONDS)).hasMessageContaining("closed while waiting");
        assertThat(future).isCompletedExceptionally();
    }

    @Test
    @DisplayName("R11.4 a failure carries type, message and trace")
    void aFailureTellsWhatTheWorkerTold() {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    throw new IllegalStateException("seven is not allowed");
                })
                .manual()
                .runAll();

        assertThatThrownBy(() -> result.get(SOON)).isInstanceOfSatisfying(TaskFailedException.class, e -> {
            assertThat(e.taskId()).isEqualTo(result.id());
            assertThat(e.state()).isEqualTo(TaskState.FAILURE);
            assertThat(e.type()).isEqualTo("IllegalStateException");
            assertThat(e.failure()).isEqualTo("seven is not allowed");
            assertThat(e.remoteTrace()).contains("WaitingTest");
        });
        assertThat(result.future()).isCompletedExceptionally();
    }

    @Test
    void aResultOfAnotherTypeIsAnErrorNotAWrongValue() {
        AsyncResult<Integer> sent = lovage.send(SQUARE, 7);
        worker().runAll();

        AsyncResult<Map<String, String>> misread = lovage.result(mapTask(), sent.id());

        assertThatThrownBy(() -> misread.get(SOON)).isInstanceOfSatisfying(ResultTypeException.class, failure -> {
            assertThat(failure.taskId()).isEqualTo(sent.id());
            assertThat(failure).hasMessageContaining("the result of task " + sent.id() + " is no java.util.Map");
        });
        assertThat(misread.future())
                .failsWithin(SOON)
                .withThrowableThat()
                .withCauseInstanceOf(ResultTypeException.class);
    }

    @SuppressWarnings("unchecked") // the class literal of a generic type
    private static Task<Integer, Map<String, String>> mapTask() {
        return Task.of("math.square", Integer.class, (Class<Map<String, String>>) (Class<?>) Map.class);
    }

    @Test
    @DisplayName("R11.5 an unknown id is PENDING")
    void anUnknownIdIsPending() {
        assertThat(lovage.result(SQUARE, "never-sent").state()).isEqualTo(TaskState.PENDING);
        assertThat(lovage.result(SQUARE, "never-sent").forget()).isFalse();
    }

    @Test
    void aForgottenResultIsPendingAgain() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        worker().runAll();
        result.get(SOON);

        assertThat(result.forget()).isTrue();

        assertThat(result.state()).isEqualTo(TaskState.PENDING);
    }

    @Test
    void progressIsSeenWhileTheTaskRuns() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE, 7);
        List<Object> heard = new ArrayList<>();
        List<Object> asked = new ArrayList<>();
        result.onProgress(heard::add);
        lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    context.progress(Map.of("done", 1));
                    asked.add(result.progress().orElseThrow());
                    context.progress("HALFWAY", "nearly");
                    asked.add(result.state());
                    return x * x;
                })
                .manual()
                .runAll();

        assertThat(heard).containsExactly(Map.of("done", 1L), "nearly");
        assertThat(asked).containsExactly(Map.of("done", 1L), new TaskState("HALFWAY"));
        assertThat(result.get(SOON)).isEqualTo(49);
        assertThat(result.progress()).isEmpty();
        assertThat(results.subscriptions).as("closed at the end").hasValue(0);
    }

    @Test
    @DisplayName("100,000 handles that nobody waits on hold nothing; those that are waited on hold it until the end")
    void aHundredThousandHandlesLeakNothing() throws InterruptedException {
        int count = 100_000;
        List<AsyncResult<Integer>> handles = new ArrayList<>();
        for (int sent = 0; sent < count; sent += 1000) {
            List<Signature<Integer, Integer>> batch =
                    IntStream.range(sent, sent + 1000).mapToObj(SQUARE::with).toList();
            handles.addAll(lovage.sendAll(batch));
        }
        assertThat(results.subscriptions).hasValue(0);

        List<CompletableFuture<Integer>> waiting =
                handles.stream().limit(1000).map(AsyncResult::future).toList();
        assertThat(results.subscriptions).hasValue(1000);
        try (Worker worker = lovage.worker()
                .concurrency(2)
                .prefetch(1000)
                .handle(SQUARE, (x, context) -> x * x)
                .start()) {
            for (AsyncResult<Integer> handle : handles) {
                handle.get(SOON);
            }
            assertThat(worker.stop(SOON)).isEqualTo(Worker.Shutdown.FINISHED);
        }

        assertThat(waiting).allMatch(CompletableFuture::isDone);
        assertThat(results.subscriptions).hasValue(0);
        Playground.waitUntil(() -> playground.clock.waitingActions() == 0); // the worker's own end by themselves
        assertThat(handles.get(count - 1).get(SOON)).isEqualTo((count - 1) * (count - 1));
    }

    private void awaitSubscriptions(int count) {
        // the waiter's thread opens it, then sets its timer: both are there when the clock has an action
        Playground.waitUntil(() -> results.subscriptions.get() == count && playground.clock.waitingActions() == count);
    }

    private interface Waiting {
        @Nullable
        Object run() throws Exception;
    }

    private static CompletableFuture<Throwable> inBackground(Waiting waiting) throws InterruptedException {
        CompletableFuture<Throwable> thrown = new CompletableFuture<>();
        CountDownLatch begun = new CountDownLatch(1);
        new Thread(() -> {
                    begun.countDown();
                    try {
                        thrown.completeExceptionally(new AssertionError("it returned " + waiting.run()));
                    } catch (Throwable e) {
                        thrown.complete(e);
                    }
                })
                .start();
        begun.await();
        return thrown;
    }
}
