package io.lovage.tck;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.lovage.Arguments;
import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.TaskFailedException;
import io.lovage.spi.Bytes;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import io.lovage.spi.Transition;
import java.math.BigInteger;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Chapter R11. */
abstract class ResultRules extends Chapter {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final Duration SHORT = Duration.ofSeconds(1);

    /** A client that waits and two workers that store, each with a connection of its own. */
    private record Stage(Trial trial, ResultBackend client, ResultBackend one, ResultBackend other, TaskId id) {
        static Stage of(Trial trial) {
            return new Stage(
                    trial,
                    trial.results(),
                    trial.results(trial.connect()),
                    trial.results(trial.connect()),
                    TaskId.random());
        }

        Transition store(ResultBackend worker, TaskState state, String value, Fence fence) {
            return store(worker, state, value, fence, LONG);
        }

        Transition store(ResultBackend worker, TaskState state, String value, Fence fence, Duration timeToLive) {
            TaskRef task = new TaskRef(id, Optional.of(client.replyAddress()), id.value());
            return Stages.get(
                    worker.transition(
                            task,
                            new StoredResult(
                                    id, state, Bytes.utf8(Messages.document(id.value(), state, "\"" + value + "\""))),
                            fence,
                            timeToLive),
                    trial.patience());
        }

        /** Results of one worker reach the client in order: when a later one has come, so has all before it. */
        void awaitEverythingStoredBy(ResultBackend worker) {
            Stage later = new Stage(trial, client, one, other, TaskId.random());
            CompletableFuture<StoredResult> told = later.waiting();
            later.store(worker, TaskState.SUCCESS, "later", new Fence(0, 1));
            Stages.get(told, trial.patience());
        }

        CompletableFuture<StoredResult> waiting() {
            CompletableFuture<StoredResult> told = new CompletableFuture<>();
            trial.ends(client.onFinal(id, told::complete));
            return told;
        }

        Optional<StoredResult> found() {
            return Stages.get(client.find(id), trial.patience());
        }

        boolean fenced() {
            return client.capabilities().fenced();
        }
    }

    @Test
    @DisplayName("R11.1 a final state is never replaced: not by another, not by an earlier one")
    void aFinalStateIsNeverReplaced(Trial trial) {
        Stage stage = Stage.of(trial);
        CompletableFuture<StoredResult> told = stage.waiting();
        ConcurrentLinkedQueue<TaskState> seen = new ConcurrentLinkedQueue<>();
        trial.ends(stage.client().onFinal(stage.id(), result -> seen.add(result.state())));
        stage.store(stage.one(), TaskState.STARTED, "begun", new Fence(0, 1));
        stage.store(stage.one(), TaskState.SUCCESS, "first", new Fence(0, 1));

        Transition failure = stage.store(stage.other(), TaskState.FAILURE, "second", new Fence(0, 2));
        Transition restart = stage.store(stage.other(), TaskState.STARTED, "again", new Fence(0, 3));
        stage.awaitEverythingStoredBy(stage.other());

        assertThat(Stages.get(told, trial.patience()).document().toUtf8()).contains("first");
        if (stage.fenced()) {
            assertThat(failure.accepted()).isFalse();
            assertThat(failure.held().state()).isEqualTo(TaskState.SUCCESS);
            assertThat(restart.accepted()).isFalse();
        }
        if (stage.client().capabilities().lookupById()) {
            assertThat(stage.found())
                    .hasValueSatisfying(
                            kept -> assertThat(kept.document().toUtf8()).contains("first"));
        }
        trial.await("the other listener to be told", () -> !seen.isEmpty());
        assertThat(seen).containsExactly(TaskState.SUCCESS);
        assertThat(Stages.get(stage.waiting(), trial.patience()).document().toUtf8())
                .as("who asks later")
                .contains("first");
    }

    @Test
    @DisplayName("R11.1 what is not final may be followed by anything")
    void whatIsNotFinalMayBeFollowedByAnything(Trial trial) {
        Stage stage = Stage.of(trial);
        CompletableFuture<StoredResult> told = stage.waiting();
        List<TaskState> path = List.of(
                TaskState.STARTED, new TaskState("PROGRESS"), TaskState.RETRY, TaskState.STARTED, TaskState.FAILURE);

        for (int step = 0; step < path.size(); step++) {
            assertThat(stage.store(stage.one(), path.get(step), "step", new Fence(step / 3, 1))
                            .accepted())
                    .as("%s", path.get(step))
                    .isTrue();
        }

        assertThat(Stages.get(told, trial.patience()).state()).isEqualTo(TaskState.FAILURE);
    }

    @Test
    @DisplayName("R11.2 a waiter is told of the final state, also when it is already there, and hears every change")
    void aWaiterIsToldOfTheFinalState(Trial trial) {
        Stage stage = Stage.of(trial);
        ConcurrentLinkedQueue<String> changes = new ConcurrentLinkedQueue<>();
        trial.ends(stage.client()
                .onChange(stage.id(), result -> changes.add(result.state().name())));
        CompletableFuture<StoredResult> early = stage.waiting();
        assertThat(early).isNotDone();

        stage.store(stage.one(), TaskState.STARTED, "begun", new Fence(0, 1));
        stage.store(stage.one(), TaskState.SUCCESS, "value", new Fence(0, 1));

        assertThat(Stages.get(early, trial.patience()).state()).isEqualTo(TaskState.SUCCESS);
        assertThat(Stages.get(stage.waiting(), trial.patience()).document().toUtf8())
                .contains("value");
        trial.await("every change", () -> changes.size() == 2);
        assertThat(changes).containsExactly("STARTED", "SUCCESS");
    }

    @Test
    @DisplayName("R11.2 the state of a result that has arrived is seen without waiting for it, and so is its progress")
    void aStateThatHasArrivedIsSeenWithoutWaiting(Trial trial) {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        CountDownLatch seen = new CountDownLatch(1);
        AsyncResult<Object> result =
                lovage.send(Tasks.ECHO.with(Arguments.none()).queue(queue.name()));
        trial.start(lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            context.progress("half");
            seen.await();
            return "whole";
        }));

        trial.await("the progress", () -> result.progress().equals(Optional.of("half")));
        seen.countDown();
        trial.await("the final state", () -> result.state().equals(TaskState.SUCCESS));
    }

    @Test
    @DisplayName("R11.3 results expire")
    void resultsExpire(Trial trial) {
        Stage stage = Stage.of(trial);
        assertThat(stage.client().capabilities().lookupById())
                .as("a backend without lookup by id keeps nothing that could be seen to expire: declare it")
                .isTrue();
        stage.store(stage.one(), TaskState.SUCCESS, "short-lived", new Fence(0, 1), SHORT);
        assertThat(stage.found()).isPresent();

        trial.letPass(SHORT);

        trial.await("the result to be gone", () -> stage.found().isEmpty());
    }

    @Test
    @DisplayName("R11.4 a failure carries type, message and trace")
    void aFailureCarriesTypeMessageAndTrace(Trial trial) {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        trial.start(lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> {
            throw new UnsupportedOperationException("not on a Sunday");
        }));

        AsyncResult<Object> result =
                lovage.send(Tasks.ECHO.with(Arguments.none()).queue(queue.name()));
        TaskFailedException failure =
                catchThrowableOfType(TaskFailedException.class, () -> result.get(trial.patience()));

        assertThat(failure).isNotNull();
        assertThat(failure.state()).isEqualTo(TaskState.FAILURE);
        assertThat(failure.type()).endsWith("UnsupportedOperationException");
        assertThat(failure.failure()).isEqualTo("not on a Sunday");
        assertThat(failure.remoteTrace())
                .contains("UnsupportedOperationException")
                .contains("ResultRules");
    }

    @Test
    @DisplayName("R11.5 an unknown id is PENDING")
    void anUnknownIdIsPending(Trial trial) {
        Lovage lovage = trial.lovage();

        assertThat(lovage.result(Tasks.ECHO, Trial.newName()).state()).isEqualTo(TaskState.PENDING);
        assertThat(Stage.of(trial).found()).isEmpty();
    }

    @Test
    @DisplayName("R11.6 when two workers finish the same task the first wins, and the second is told where fenced")
    void whenTwoWorkersFinishTheFirstWins(Trial trial) {
        Stage stage = Stage.of(trial);
        CompletableFuture<StoredResult> told = stage.waiting();

        stage.store(stage.one(), TaskState.SUCCESS, "one", new Fence(0, 1));
        Transition second = stage.store(stage.other(), TaskState.SUCCESS, "other", new Fence(0, 2));

        assertThat(Stages.get(told, trial.patience()).document().toUtf8()).contains("one");
        assertThat(second.accepted()).isEqualTo(!stage.fenced());
    }

    @Test
    @DisplayName("R11.6 a redelivered task that was claimed by the newer worker is closed to the older where fenced")
    void aTaskClaimedByTheNewerWorkerIsClosedToTheOlder(Trial trial) {
        Stage stage = Stage.of(trial);
        stage.store(stage.one(), TaskState.STARTED, "older", new Fence(0, 1));
        stage.store(stage.other(), TaskState.STARTED, "newer", new Fence(0, 2));

        Transition late = stage.store(stage.one(), TaskState.SUCCESS, "older", new Fence(0, 1));

        assertThat(late.accepted()).isEqualTo(!stage.fenced());
        assertThat(stage.store(stage.other(), TaskState.SUCCESS, "newer", new Fence(0, 2))
                        .accepted())
                .isTrue();
    }

    @Test
    @DisplayName("R11.7 a result that nobody can receive any more counts as stored")
    void aResultThatNobodyCanReceiveCountsAsStored(Trial trial) {
        Stage stage = Stage.of(trial);
        stage.client().replyAddress();
        ResultBackend gone = trial.results(trial.connect());
        TaskRef task = new TaskRef(
                stage.id(), Optional.of(gone.replyAddress()), stage.id().value());
        gone.close();

        Transition stored = Stages.get(
                stage.one()
                        .transition(
                                task,
                                new StoredResult(stage.id(), TaskState.SUCCESS, Bytes.utf8("{}")),
                                new Fence(0, 1),
                                LONG),
                trial.patience());

        assertThat(stored.accepted()).isTrue();
    }

    @Test
    @DisplayName("R11.8 a task that is dead-lettered has a final state: no waiter hangs")
    void aTaskThatIsDeadLetteredHasAFinalState(Trial trial) {
        QueueSpec queue = trial.queue(spec -> spec.withDeliveryLimit(1));
        Lovage lovage = trial.lovage();
        AsyncResult<Object> overLimit =
                lovage.send(Tasks.ECHO.with(Arguments.none()).queue(queue.name()));
        Taker taker = trial.taker(queue, 1);
        Delivery delivery = taker.one();
        taker.settle(delivery, Settlement.release(Duration.ZERO));
        taker.close();
        AsyncResult<Object> unknown = lovage.send(io.lovage.Task.untyped("tck.nobody-knows")
                .with(Arguments.none())
                .queue(queue.name()));

        trial.start(
                lovage.worker().queue(queue, 1).concurrency(1).handle(Tasks.ECHO, (arguments, context) -> "not run"));

        for (AsyncResult<Object> result : List.of(overLimit, unknown)) {
            TaskFailedException failure =
                    catchThrowableOfType(TaskFailedException.class, () -> result.get(trial.patience()));
            assertThat(failure).isNotNull();
            assertThat(failure.state().isFinal()).isTrue();
        }
    }

    @Test
    @DisplayName("R11.8 whatever number a handler returns, its waiter hears of it")
    void whateverNumberAHandlerReturnsItsWaiterHearsOfIt(Trial trial) throws InterruptedException {
        QueueSpec queue = trial.queue();
        Lovage lovage = trial.lovage();
        BigInteger beyondOneThousandDigits = BigInteger.TEN.pow(1_000);
        List<Object> numbers = List.of(
                Double.NaN,
                List.of(Map.of("x", Double.NEGATIVE_INFINITY)),
                beyondOneThousandDigits,
                BigInteger.TEN.pow(9_999));
        trial.start(lovage.worker()
                .queue(queue, 1)
                .concurrency(1)
                .handle(
                        Tasks.ECHO,
                        (arguments, context) ->
                                numbers.get(((Long) arguments.args().get(0)).intValue())));

        List<AsyncResult<Object>> results = lovage.sendAll(IntStream.range(0, numbers.size())
                .mapToObj(i ->
                        Tasks.ECHO.with(new Arguments(List.of(i), Map.of())).queue(queue.name()))
                .toList());

        for (int i = 0; i < 3; i++) {
            assertThat(results.get(i).get(trial.patience())).isEqualTo(numbers.get(i));
        }
        TaskFailedException refused = catchThrowableOfType(
                TaskFailedException.class, () -> results.get(3).get(trial.patience()));
        assertThat(refused).as("more digits than any reader takes").isNotNull();
        assertThat(refused.type()).isEqualTo("UnserialisableException");
    }
}
