package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.HandlerOptions;
import io.lovage.ManualWorker;
import io.lovage.TaskHandler;
import io.lovage.internal.client.FaultyResults;
import io.lovage.internal.client.Playground;
import io.lovage.spi.BackendCapabilities;
import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Fence;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Two workers and one task: what the first one may still do when it has lost its lease. */
class LeaseTest {
    private static final Duration BEYOND = QueueSpec.DEFAULT_LEASE.plusSeconds(1);

    private final Playground playground = new Playground();
    private final Playground.Connection first = playground.connect();
    private final Playground.Connection second = playground.connect();

    @AfterEach
    void close() {
        playground.close();
    }

    private static ManualWorker worker(Playground.Connection connection, TaskHandler<Integer, Integer> handler) {
        return connection.lovage().worker().handle(SQUARE, handler).manual();
    }

    @Test
    @DisplayName("R4.2 a task longer than its lease runs once")
    void aTaskLongerThanItsLeaseRunsOnce() throws InterruptedException {
        AsyncResult<Integer> result = first.lovage().send(SQUARE, 3);
        ManualWorker other = worker(second, (x, context) -> -1);
        worker(first, (x, context) -> {
                    for (int i = 0; i < 100; i++) {
                        playground.clock.advance(Duration.ofSeconds(10));
                        assertThat(other.runAll()).isZero();
                    }
                    return x * x;
                })
                .runAll();

        assertThat(result.get(SOON)).isEqualTo(9);
    }

    /*
     * The story of the frozen worker. The first worker takes the task and is frozen past its lease. The second one gets
     * it, claims its result and runs. Meanwhile the first one thaws and finishes. Its result must not be stored: it
     * belongs to an older delivery, also when the second one has not finished yet.
     */
    @Test
    @DisplayName("R4.5, R11.6 a frozen worker's late result is refused, also before the new owner has finished")
    void aFrozenWorkersLateResultIsRefused() throws InterruptedException {
        AsyncResult<Integer> result = first.lovage().send(SQUARE, 3);
        List<TaskState> states = new ArrayList<>();
        List<Boolean> lost = new ArrayList<>();
        ManualWorker frozen = worker(first, (x, context) -> {
            first.memory().freeze();
            playground.clock.advance(BEYOND);
            worker(second, (y, newer) -> {
                        states.add(result.state());
                        assertThat(newer.deliveryCount()).isEqualTo(2);
                        assertThat(newer.fencingToken()).isGreaterThan(context.fencingToken());
                        return 9;
                    })
                    .runAll();
            first.memory().thaw();
            lost.add(context.leaseLost());
            return -1;
        });

        frozen.runOne();

        assertThat(states).containsExactly(TaskState.STARTED);
        assertThat(lost).containsExactly(true);
        assertThat(first.results().asked())
                .as("nothing is written after the loss is known")
                .isEmpty();
        assertThat(frozen.stats().leaseLost()).isOne();
        assertThat(frozen.stats().succeeded()).isZero();
        assertThat(result.get(SOON)).isEqualTo(9);
        assertThat(playground.messages()).isZero();
    }

    @Test
    @DisplayName("R11.6 also when nothing has told it of the loss yet, and the new owner is still running")
    void aLateResultIsRefusedByItsFence() throws InterruptedException {
        AsyncResult<Integer> result = first.lovage().send(SQUARE, 3);
        ManualWorker frozen = worker(first, (x, context) -> {
            first.memory().freeze();
            playground.clock.advance(BEYOND);
            claimBySecond(result.id());
            return -1;
        });

        frozen.runOne();

        assertThat(result.state()).isEqualTo(TaskState.STARTED);
        assertThat(frozen.stats().lateResultsRefused()).isOne();
        assertThat(frozen.stats().succeeded()).isZero();
    }

    /** Takes the task and stores STARTED, as a worker does that has begun and not ended. */
    private void claimBySecond(String id) {
        Broker.Consumer consumer = second.memory().consume(ConsumeSpec.of(QueueSpec.of(QUEUE), 1));
        try {
            assertThat(consumer.poll(1, Duration.ZERO)).hasSize(1);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        TaskId task = new TaskId(id);
        second.results()
                .transition(
                        TaskRef.of(task),
                        new StoredResult(task, TaskState.STARTED, Bytes.utf8("{\"status\": \"STARTED\"}")),
                        new Fence(0, 2),
                        SOON)
                .toCompletableFuture()
                .join();
    }

    @Test
    void aHandlerThatAskedForItIsInterruptedWhenItsLeaseIsLost() {
        first.lovage().send(SQUARE, 3);
        List<String> seen = new ArrayList<>();
        ManualWorker worker = first.lovage()
                .worker()
                .handle(SQUARE, HandlerOptions.ofDefaults().interruptedOnLeaseLost(), (x, context) -> {
                    loseLease();
                    try {
                        Thread.sleep(60_000); // interrupted at once
                    } catch (InterruptedException e) {
                        seen.add("interrupted, lost: " + context.leaseLost());
                        throw e;
                    }
                    return x;
                })
                .manual();

        worker.runOne();

        assertThat(seen).containsExactly("interrupted, lost: true");
        assertThat(worker.stats().leaseLost()).isOne();
        assertThat(worker.stats().failed()).isZero();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void otherHandlersAreNot() {
        first.lovage().send(SQUARE, 3);
        List<Boolean> interrupted = new ArrayList<>();
        worker(first, (x, context) -> {
                    loseLease();
                    interrupted.add(Thread.currentThread().isInterrupted());
                    context.progress("ignored: the lease is lost");
                    return x;
                })
                .runOne();

        assertThat(interrupted).containsExactly(false);
        assertThat(first.results().asked()).isEmpty();
    }

    private void loseLease() {
        first.memory().freeze();
        playground.clock.advance(BEYOND);
        first.memory().thaw();
    }

    @Nested
    class ARedeliveredTask {
        @Test
        void thatHasAFinalResultIsOnlySettled() throws InterruptedException {
            AsyncResult<Integer> result = first.lovage().send(SQUARE, 3);
            Message copy = playground.takeAll().get(0);
            playground.publish(copy);
            worker(first, (x, context) -> x * x).runAll();
            playground.publish(copy.withHeader(LovageHeaders.DELIVERY_COUNT, 1));

            ManualWorker worker = worker(second, (x, context) -> {
                throw new AssertionError("must not run");
            });
            assertThat(worker.runAll()).isOne();

            assertThat(result.get(SOON)).isEqualTo(9);
            assertThat(worker.stats().redelivered()).isOne();
            assertThat(playground.messages()).isZero();
        }

        @Test
        void isLookedUpWhereTheBackendKnowsIdsAndHasNoFences() throws InterruptedException {
            Playground.Connection unfenced =
                    playground.connect(claims -> new BackendCapabilities("unfenced", false, true));
            AsyncResult<Integer> result = unfenced.lovage().send(SQUARE, 3);
            Message copy = playground.takeAll().get(0);
            playground.publish(copy);
            worker(unfenced, (x, context) -> x * x).runAll();
            playground.publish(copy.withHeader(LovageHeaders.DELIVERY_COUNT, 1));

            worker(unfenced, (x, context) -> {
                        throw new AssertionError("must not run");
                    })
                    .runAll();

            assertThat(unfenced.results().asked()).containsExactly(TaskState.SUCCESS);
            assertThat(result.get(SOON)).isEqualTo(9);
            assertThat(playground.messages()).isZero();
        }

        @Test
        void runsUnclaimedWhereTheBackendCanDoNeither() throws InterruptedException {
            Playground.Connection rpc = playground.connect(claims -> new BackendCapabilities("rpc", false, false));
            rpc.lovage().send(SQUARE, 3);
            Message copy = playground.takeAll().get(0).withHeader(LovageHeaders.DELIVERY_COUNT, 1);
            playground.publish(copy);

            worker(rpc, (x, context) -> x).runAll();

            assertThat(rpc.results().asked()).containsExactly(TaskState.SUCCESS);
        }

        @Test
        void thatANewerDeliveryHasClaimedComesBackLaterInsteadOfRunning() throws InterruptedException {
            AsyncResult<Integer> result = first.lovage().send(SQUARE, 3);
            Message copy = playground.takeAll().get(0).withHeader(LovageHeaders.DELIVERY_COUNT, 1);
            FaultyResults results = first.results();
            TaskId task = new TaskId(result.id());
            results.transition(
                            TaskRef.of(task),
                            new StoredResult(task, TaskState.STARTED, Bytes.utf8("{\"status\": \"STARTED\"}")),
                            new Fence(0, 5),
                            SOON)
                    .toCompletableFuture()
                    .join();
            playground.publish(copy);

            ManualWorker worker = worker(first, (x, context) -> {
                throw new AssertionError("must not run");
            });
            worker.runAll();

            assertThat(first.broker().settlements).containsExactly(Settlement.release(QueueSpec.DEFAULT_LEASE));
            assertThat(playground.stats().delayed()).hasValue(1);
        }
    }
}
