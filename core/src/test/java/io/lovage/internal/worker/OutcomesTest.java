package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.Arguments;
import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.TaskFailedException;
import io.lovage.TaskHandler;
import io.lovage.internal.client.Playground;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of a task, by what its handler does. */
class OutcomesTest {
    private final Playground playground = new Playground();
    private final Lovage lovage = playground.lovage();

    @AfterEach
    void close() {
        playground.close();
    }

    private ManualWorker worker(TaskHandler<Integer, Integer> handler) {
        return lovage.worker().handle(SQUARE, handler).manual();
    }

    private static TaskFailedException failureOf(AsyncResult<?> result) {
        try {
            throw new AssertionError("it returned " + result.get(SOON));
        } catch (TaskFailedException e) {
            return e;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Nested
    class AHandlerThatThrows {
        @Test
        void failsItsTaskWithTypeMessageAndTrace() {
            AsyncResult<Integer> result = lovage.send(SQUARE, 3);
            ManualWorker worker = worker((x, context) -> {
                throw new java.io.IOException("disk full");
            });

            worker.runAll();

            assertThat(failureOf(result).type()).isEqualTo("IOException");
            assertThat(failureOf(result).failure()).isEqualTo("disk full");
            assertThat(worker.stats().failed()).isOne();
            assertThat(playground.messages()).isZero();
            assertThat(playground.deadLetters()).as("a failure is a result").isEmpty();
        }

        @ParameterizedTest
        @DisplayName("an Error settles the delivery and leaves the slot usable")
        @ValueSource(classes = {OutOfMemoryError.class, StackOverflowError.class, NoClassDefFoundError.class})
        void anErrorFailsItsTaskAlone(Class<? extends Error> error) throws InterruptedException {
            AsyncResult<Integer> broken = lovage.send(SQUARE, -1);
            AsyncResult<Integer> fine = lovage.send(SQUARE, 3);
            ManualWorker worker = worker((x, context) -> {
                if (x < 0) {
                    throw error.getConstructor().newInstance();
                }
                return x * x;
            });

            assertThat(worker.runAll()).isEqualTo(2);

            assertThat(failureOf(broken).type()).isEqualTo(error.getSimpleName());
            assertThat(fine.get(SOON)).isEqualTo(9);
            assertThat(playground.messages()).isZero();
        }

        @Test
        void mayLeaveItsThreadInterruptedWithoutHarmToTheNext() throws InterruptedException {
            lovage.send(SQUARE, -1);
            AsyncResult<Integer> fine = lovage.send(SQUARE, 3);
            List<Boolean> interrupted = new ArrayList<>();
            ManualWorker worker = worker((x, context) -> {
                interrupted.add(Thread.currentThread().isInterrupted());
                Thread.currentThread().interrupt();
                return x;
            });

            assertThat(worker.runAll()).isEqualTo(2);

            assertThat(interrupted).containsExactly(false, false);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            assertThat(fine.get(SOON)).isEqualTo(3);
        }
    }

    @Nested
    class AResult {
        record Knot(List<Object> itself) {}

        @Test
        void thatCannotBeWrittenIsAFailureThatNamesItsType() {
            Task<Integer, Knot> task = Task.of("knots.tie", Integer.class, Knot.class);
            AsyncResult<Knot> result = lovage.send(task, 1);
            lovage.worker()
                    .handle(task, (x, context) -> {
                        List<Object> knot = new ArrayList<>();
                        knot.add(knot);
                        return new Knot(knot);
                    })
                    .manual()
                    .runAll();

            assertThat(failureOf(result).type()).isEqualTo("UnserialisableException");
            assertThat(failureOf(result).failure()).contains("Knot");
            assertThat(playground.messages()).isZero();
        }

        @Test
        void withNothingToWriteIsAFailureThatNamesItsType() {
            Task<Integer, Object> task = Task.of("objects.make", Integer.class, Object.class);
            AsyncResult<Object> result = lovage.send(task, 1);
            lovage.worker().handle(task, (x, context) -> new Object()).manual().runAll();

            assertThat(failureOf(result).type()).isEqualTo("UnserialisableException");
            assertThat(failureOf(result).failure()).contains("java.lang.Object has no properties");
        }

        @Test
        void thatNobodyWantsIsNotStored() {
            Playground.Connection connection = playground.connect();
            AsyncResult<Integer> result =
                    connection.lovage().send(SQUARE.with(3).ignoreResult());
            connection
                    .lovage()
                    .worker()
                    .handle(SQUARE, (x, context) -> x)
                    .manual()
                    .runAll();

            assertThat(connection.results().asked()).isEmpty();
            assertThat(result.state()).isEqualTo(TaskState.PENDING);
            assertThat(playground.messages()).isZero();
        }

        @Test
        void mayBeNothing() throws InterruptedException {
            Task<Integer, Void> task = Task.of("say", Integer.class, Void.class);
            AsyncResult<Void> result = lovage.send(task, 1);
            lovage.worker().handle(task, (x, context) -> null).manual().runAll();

            assertThat(result.get(SOON)).isNull();
        }
    }

    @Nested
    class AnArgument {
        record Point(int x, int y) {}

        @Test
        void thatDoesNotFitIsAFailureThatNamesItAndIsNotRetried() {
            Task<Arguments, Integer> sent = Task.of("geo.sum", Arguments.class, Integer.class);
            Task<Point, Integer> known = Task.of("geo.sum", Point.class, Integer.class);
            AsyncResult<Integer> result =
                    lovage.send(sent, Arguments.none().and("x", 1).and("z", 2));
            ManualWorker worker = lovage.worker()
                    .handle(
                            known,
                            io.lovage.HandlerOptions.ofDefaults().retry(io.lovage.RetryPolicy.ofDefaults()),
                            (point, context) -> point.x() + point.y())
                    .manual();

            worker.runAll();

            assertThat(failureOf(result).failure()).containsAnyOf("'y'", "'z'");
            assertThat(worker.stats().retried()).isZero();
            assertThat(playground.messages()).isZero();
        }

        @Test
        void thatIsPositionalIsBoundByOrder() throws InterruptedException {
            Task<Arguments, Integer> sent = Task.of("geo.sum", Arguments.class, Integer.class);
            Task<Point, Integer> known = Task.of("geo.sum", Point.class, Integer.class);
            AsyncResult<Integer> result = lovage.send(sent, Arguments.of(1, 2));
            lovage.worker()
                    .handle(known, (point, context) -> point.x() * 10 + point.y())
                    .manual()
                    .runAll();

            assertThat(result.get(SOON)).isEqualTo(12);
        }
    }

    @Nested
    class TheContext {
        @Test
        void tellsOfTheTask() {
            List<TaskContext> seen = new ArrayList<>();
            lovage.send(SQUARE.with(3).id("the-id").header("x-trace", "abc").softTimeLimit(Duration.ofSeconds(9)));
            worker((x, context) -> {
                        seen.add(context);
                        return x;
                    })
                    .runAll();

            TaskContext context = seen.get(0);
            assertThat(context.id()).isEqualTo("the-id");
            assertThat(context.task()).isEqualTo("math.square");
            assertThat(context.queue()).isEqualTo("celery");
            assertThat(context.attempt()).isOne();
            assertThat(context.deliveryCount()).isOne();
            assertThat(context.parentId()).isEmpty();
            assertThat(context.rootId()).isEqualTo("the-id");
            assertThat(context.headers()).containsEntry("x-trace", "abc");
            assertThat(context.deadline()).contains(playground.clock.now().plusSeconds(9));
        }

        @Test
        void makesTasksThatAreSentFromInsideChildren() {
            Task<Integer, Void> child = Task.of("child", Integer.class, Void.class);
            List<TaskContext> children = new ArrayList<>();
            AsyncResult<Integer> parent = lovage.send(SQUARE, 3);
            lovage.worker()
                    .handle(SQUARE, (x, context) -> {
                        lovage.send(child, 1);
                        return x;
                    })
                    .handle(child, (x, context) -> {
                        children.add(context);
                        if (x == 1) {
                            lovage.send(child, 2);
                        }
                        return null;
                    })
                    .manual()
                    .runAll();

            assertThat(children.get(0).parentId()).contains(parent.id());
            assertThat(children.get(1).parentId()).contains(children.get(0).id());
            assertThat(children).allMatch(context -> context.rootId().equals(parent.id()));
            assertThat(CurrentTask.running()).isEmpty();
        }

        @Test
        void refusesStatesThatBelongToCelery() {
            AsyncResult<Integer> result = lovage.send(SQUARE, 3);
            worker((x, context) -> {
                        context.progress("SUCCESS", Map.of());
                        return x;
                    })
                    .runAll();

            assertThat(failureOf(result).failure()).contains("SUCCESS belongs to Celery");
        }

        @Test
        void storesStartedOnlyWhenAskedTo() {
            Playground.Connection connection = playground.connect();
            connection.lovage().send(SQUARE, 3);
            connection
                    .lovage()
                    .worker()
                    .handle(SQUARE, io.lovage.HandlerOptions.ofDefaults().trackingStarted(), (x, context) -> x)
                    .manual()
                    .runAll();

            assertThat(connection.results().asked()).containsExactly(TaskState.STARTED, TaskState.SUCCESS);
        }
    }

    @Nested
    class Expiry {
        @Test
        @DisplayName("R8.1 an expired task does not run and ends as REVOKED expired")
        void endsAsRevoked() {
            AsyncResult<Integer> result = lovage.send(SQUARE.with(3).expiresIn(Duration.ofMinutes(1)));
            ManualWorker worker = worker((x, context) -> {
                throw new AssertionError("must not run");
            });
            playground.clock.advance(Duration.ofMinutes(1));

            worker.runAll();

            assertThat(failureOf(result).state()).isEqualTo(TaskState.REVOKED);
            assertThat(failureOf(result).failure()).isEqualTo("expired");
            assertThat(worker.stats().revoked()).isOne();
            assertThat(playground.messages()).isZero();
        }

        @Test
        void doesNotComeEarly() throws InterruptedException {
            AsyncResult<Integer> result = lovage.send(SQUARE.with(3).expiresIn(Duration.ofMinutes(1)));
            playground.clock.advance(Duration.ofSeconds(59));

            worker((x, context) -> x * x).runAll();

            assertThat(result.get(SOON)).isEqualTo(9);
        }
    }

    @Test
    void aSoftLimitInterruptsAndFailsTheTask() {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).softTimeLimit(Duration.ofSeconds(5)));
        ManualWorker worker = worker((x, context) -> {
            playground.clock.advance(Duration.ofSeconds(5));
            Thread.sleep(60_000); // interrupted at once
            return x;
        });

        worker.runAll();

        assertThat(failureOf(result).type()).isEqualTo("SoftTimeLimitExceeded");
        assertThat(failureOf(result).remoteTrace()).contains("InterruptedException");
    }

    @Test
    void aHandlerThatReturnsInSpiteOfItsSoftLimitHasSucceeded() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).softTimeLimit(Duration.ofSeconds(5)));
        worker((x, context) -> {
                    playground.clock.advance(Duration.ofMinutes(1));
                    return x;
                })
                .runAll();

        assertThat(result.get(SOON)).isEqualTo(3);
        assertThat(playground.clock.waitingActions())
                .as("its timers are gone; one is the lease's")
                .isLessThanOrEqualTo(1);
    }

    @Test
    void aWorkerSaysEverythingThatIsWrongWithItAtOnce() {
        assertThatThrownBy(() -> lovage.worker()
                        .queues("fine", "no spaces", "fine")
                        .concurrency(0)
                        .prefetch(1_000_000)
                        .grace(Duration.ofSeconds(-1))
                        .start())
                .isInstanceOf(io.lovage.spi.ConfigurationException.class)
                .hasMessageContaining("'no spaces'")
                .hasMessageContaining("queue 'fine' is named twice")
                .hasMessageContaining("concurrency=0")
                .hasMessageContaining("prefetch=1000000 is not allowed; allowed: 1 to 100000")
                .hasMessageContaining("grace=")
                .hasMessageContaining("no task has a handler");
    }
}
