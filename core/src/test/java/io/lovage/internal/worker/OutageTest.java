package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.AccessRefusedException;
import io.lovage.spi.BrokerException;
import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Result backend or broker do not answer, or not as they should. */
class OutageTest {
    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();

    @AfterEach
    void close() {
        playground.close();
    }

    private Worker.Builder worker() {
        return lovage.worker().concurrency(1).handle(SQUARE, (x, context) -> x * x);
    }

    @Test
    @DisplayName("an outcome is not settled before it is stored; the lease is held until the backend is back")
    void anOutcomeWaitsForTheBackend() throws InterruptedException {
        connection.results().fault = (task, state) -> new BrokerUnavailableException("down");
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        Worker worker = worker().start();

        playground.passTimeUntil(() -> connection.results().asked().size() >= 20);
        assertThat(connection.broker().settlements).isEmpty();
        assertThat(playground.stats().inFlight()).as("its lease is renewed").hasValue(1);
        connection.results().fault = (task, state) -> null;
        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);

        assertThat(result.get(SOON)).isEqualTo(9);
        assertThat(connection.broker().settlements).containsExactly(Settlement.ack());
        assertThat(worker.stats().taken()).isOne();
    }

    @Test
    @DisplayName("the slot is free while outcomes wait, and the prefetch bounds how many do")
    void theSlotIsFreeAndThePrefetchBoundsWhatWaits() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        connection.results().gate = gate;
        lovage.sendAll(IntStream.range(0, 50).mapToObj(SQUARE::with).toList());
        AtomicInteger ran = new AtomicInteger();
        Worker worker = lovage.worker()
                .concurrency(1)
                .prefetch(5)
                .handle(SQUARE, (x, context) -> ran.incrementAndGet())
                .start();

        waitUntil(() -> ran.get() == 5);
        assertThat(playground.stats().inFlight()).hasValue(5);
        assertThat(playground.stats().ready()).hasValue(45);
        connection.results().gate = null;
        gate.complete(null);

        waitUntil(() -> worker.stats().succeeded() == 50);
        assertThat(ran).hasValue(50);
    }

    @Test
    void aLeaseThatIsLostWhileTheOutcomeWaitsEndsTheWaiting() throws InterruptedException {
        connection.results().fault = (task, state) -> new BrokerUnavailableException("down");
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        Worker worker = worker().start();
        waitUntil(() -> !connection.results().asked().isEmpty());

        connection.memory().freeze();
        playground.clock.advance(QueueSpec.DEFAULT_LEASE.plusSeconds(1));
        connection.memory().thaw();
        assertThat(worker.stats().leaseLost()).isOne();
        connection.results().fault = (task, state) -> null;
        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);

        assertThat(worker.stats().redelivered()).isOne();
        assertThat(result.get(SOON)).isEqualTo(9);
        assertThat(playground.messages()).isZero();
    }

    @Test
    void aRedeliveredTaskDoesNotRunBeforeItIsClaimed() throws InterruptedException {
        AtomicInteger ran = new AtomicInteger();
        connection.results().fault = (task, state) -> new BrokerUnavailableException("down");
        lovage.send(SQUARE, 3);
        playground.publish(playground.takeAll().get(0).withHeader("lovage-delivery-count", 1));
        Worker worker = lovage.worker()
                .handle(SQUARE, (x, context) -> ran.incrementAndGet())
                .start();

        playground.passTimeUntil(() -> connection.results().asked().size() >= 5);
        assertThat(ran).hasValue(0);
        connection.results().fault = (task, state) -> null;
        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);

        assertThat(ran).hasValue(1);
        assertThat(connection.results().asked()).contains(TaskState.STARTED);
    }

    @Test
    void aRefusedPermissionIsWaitedForSinceSomebodyMayMendIt() {
        resultsWaitFor(new AccessRefusedException("no write"));
    }

    /*
     * The story: where results are messages, the permission is missing to whoever publishes them. That was taken for a
     * result nobody will ever take: what had succeeded was reported as failed, ran again, and ended as a dead letter.
     */
    @Test
    void aRefusedPermissionToPublishTheResultIsWaitedForToo() {
        resultsWaitFor(new PublishException("no write", List.of(), false, new AccessRefusedException("no write")));
    }

    private void resultsWaitFor(BrokerException fault) {
        connection.results().fault = (task, state) -> fault;
        lovage.send(SQUARE, 3);
        Worker worker = worker().start();
        playground.passTimeUntil(() -> connection.results().asked().size() >= 5);
        connection.results().fault = (task, state) -> null;
        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);

        assertThat(worker.stats().failed()).isZero();
    }

    @Test
    @DisplayName("a result the backend will never take becomes a failure that says so")
    void aResultThatIsTooLargeForTheBackendIsAFailure() {
        connection.results().fault = (task, state) -> state.state().equals(TaskState.SUCCESS)
                ? new PublishException("a body of 20000000 bytes is over the limit", List.of(), false, null)
                : null;
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        worker().manual().runAll();

        assertThatThrownBy(() -> result.get(SOON)).hasMessageContaining("20000000 bytes is over the limit");
        assertThat(playground.messages()).isZero();
    }

    @Test
    @DisplayName("R11.8 a failure that is too large for the backend is told with fewer words")
    void aFailureThatIsTooLargeIsToldWithFewerWords() {
        connection.results().fault = (task, state) -> state.document().length() > 1_000
                ? new PublishException("no more than 1000 bytes", List.of(), false, null)
                : null;
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    throw new IllegalStateException("bad" + "x".repeat(100_000));
                })
                .manual()
                .runAll();

        assertThatThrownBy(() -> result.get(SOON))
                .hasMessageContainingAll("IllegalStateException: badxxx", "no more than 1000 bytes");
        assertThat(playground.messages()).isZero();
        assertThat(playground.deadLetters()).isEmpty();
    }

    @Test
    void aFailureTheBackendWillNeverTakeIsKeptAsADeadLetter() {
        connection.results().fault = (task, state) -> new PublishException("nothing goes", List.of(), false, null);
        lovage.send(SQUARE, 3);
        worker().manual().runAll();

        assertThat(playground.messages()).isZero();
        assertThat(playground.deadLetters().get(0).reason()).contains("result cannot be stored: nothing goes");
    }

    @Test
    void progressThatCannotBeStoredDoesNotDisturbTheTask() throws InterruptedException {
        connection.results().fault = (task, state) ->
                state.state().name().equals("PROGRESS") ? new BrokerUnavailableException("down") : null;
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        lovage.worker()
                .handle(SQUARE, HandlerOptions.ofDefaults(), (x, context) -> {
                    context.progress(1);
                    return x;
                })
                .manual()
                .runAll();

        assertThat(result.get(SOON)).isEqualTo(3);
    }

    @Test
    void aSettlementThatChangedNothingIsRepeated() {
        AtomicInteger refusals = new AtomicInteger(3);
        connection.broker().settleFault =
                how -> refusals.getAndDecrement() > 0 ? new BrokerUnavailableException("cut") : null;
        lovage.send(SQUARE, 3);
        Worker worker = worker().start();

        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);

        assertThat(connection.broker().settlements).hasSize(4);
        assertThat(connection.results().asked()).as("stored once").containsExactly(TaskState.SUCCESS);
        assertThat(playground.messages()).isZero();
    }

    @Test
    void aConsumerThatFailsIsReplacedAndItsQueueDeclaredAgain() throws InterruptedException {
        Worker worker = worker().start();
        playground.broker().admin().delete(QueueSpec.of(QUEUE));
        connection.broker().pollFault = new QueueNotFoundException("gone");

        playground.passTimeUntil(() -> connection.broker().consumers.get() >= 2);
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);

        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);
        assertThat(result.get(SOON)).isEqualTo(9);
    }

    @Test
    @DisplayName("a consumer that gets nothing while messages wait is replaced, and not again and again")
    void aSilentConsumerIsReplaced() throws InterruptedException {
        connection.broker().silentUpTo = 2;
        Worker worker = worker().start();
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);

        playground.passTimeUntil(() -> worker.stats().succeeded() == 1);

        assertThat(result.get(SOON)).isEqualTo(9);
        assertThat(connection.broker().consumers).hasValue(3);
    }

    @Test
    void aConsumerOfAnEmptyQueueIsLeftAlone() {
        Worker worker = worker().start();
        for (int i = 0; i < 1000; i++) {
            playground.clock.advance(Duration.ofSeconds(10));
        }

        worker.stop(Duration.ZERO);
        assertThat(connection.broker().consumers).hasValue(1);
    }
}
