package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.internal.client.Playground;
import io.lovage.spi.PublishException;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.QueueNotFoundException;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What the worker itself, the backend or the broker cannot cope with: it is never lost, and never goes round for ever.
 */
@Timeout(120) // not a bound of anything: what would go round for ever shall fail
class UnprocessableTest {
    private static final Duration A_MINUTE = Duration.ofMinutes(1);

    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final QueueSpec three = QueueSpec.of(QUEUE).withDeliveryLimit(3);
    private final AtomicInteger ran = new AtomicInteger();

    @AfterEach
    void close() {
        playground.close();
    }

    private static PublishException never(String why) {
        return new PublishException(why, List.of(), false, null);
    }

    /*
     * The story: the backend refuses STARTED for good, so the worker fails before the handler runs. Given back in the
     * manner of what was never started, the message would be rebased near its limit, come at once with the same count,
     * and go round at full speed.
     */
    @Nested
    class ATaskThatTheWorkerFailsOn {
        private ManualWorker worker() {
            connection.results().fault =
                    (task, state) -> state.state().equals(TaskState.STARTED) ? never("not this state") : null;
            return lovage.worker()
                    .queue(three, 1)
                    .handle(
                            SQUARE,
                            HandlerOptions.ofDefaults().trackingStarted(),
                            (x, context) -> ran.incrementAndGet())
                    .manual();
        }

        @Test
        @DisplayName("R7.2 comes back later each time, counted, and ends as a dead letter at the delivery limit")
        void endsAtTheDeliveryLimit() {
            AsyncResult<Integer> result = lovage.send(SQUARE, 3);
            ManualWorker worker = worker();

            for (int delivery = 1; delivery <= 4; delivery++) {
                assertThat(worker.runOne()).isTrue();
                assertThat(worker.runOne()).as("at once").isFalse();
                playground.clock.advance(A_MINUTE);
            }

            assertThat(connection.broker().settlements)
                    .containsExactly(
                            Settlement.release(Duration.ofSeconds(1)),
                            Settlement.release(Duration.ofSeconds(2)),
                            Settlement.release(Duration.ofSeconds(4)),
                            Settlement.deadLetter("delivery-limit"));
            assertThat(playground.deadLetters()).hasSize(1);
            assertThat(playground.messages()).isZero();
            assertThatThrownBy(() -> result.get(SOON)).hasMessageContaining("could not process it");
            assertThat(ran).hasValue(0);
        }

        @Test
        void isCountedOnAQueueWithoutDelaysToo() {
            connection.broker().lacking.add(QueueFeature.DELAY);
            lovage.send(SQUARE, 3);

            assertThat(worker().runAll()).isEqualTo(4);

            assertThat(playground.deadLetters()).hasSize(1);
        }

        @Test
        void runsWhenTheMishapHasPassed() throws InterruptedException {
            AsyncResult<Integer> result = lovage.send(SQUARE, 3);
            ManualWorker worker = worker();
            worker.runOne();
            connection.results().fault = (task, state) -> null;
            playground.clock.advance(A_MINUTE);

            worker.runAll();

            assertThat(result.get(SOON)).isOne();
        }
    }

    @Nested
    class ARetryByHand {
        private AsyncResult<Integer> resultOfRetryAfter(Duration delay) {
            AsyncResult<Integer> result = lovage.send(SQUARE, 3);
            lovage.worker()
                    .handle(SQUARE, HandlerOptions.ofDefaults().retry(onBusyOnly()), (x, context) -> {
                        throw context.retry(delay, "busy");
                    })
                    .manual()
                    .runOne();
            return result;
        }

        private static RetryPolicy onBusyOnly() {
            return RetryPolicy.builder()
                    .retryOn(UnsupportedOperationException.class)
                    .build();
        }

        @Test
        void afterANegativeDelayIsRefusedWhereTheHandlerCanSeeIt() {
            assertThatThrownBy(() -> resultOfRetryAfter(Duration.ofSeconds(-1)).get(SOON))
                    .hasMessageContaining("IllegalArgumentException")
                    .hasMessageContaining("a retry after -1s is not possible; allowed: 0 to 36500 days");
            assertThat(playground.messages()).isZero();
        }

        @Test
        void beyondAnyTimeIsRefusedLikewise() {
            assertThatThrownBy(() -> resultOfRetryAfter(Duration.ofSeconds(Long.MAX_VALUE))
                            .get(SOON))
                    .hasMessageContaining("allowed: 0 to 36500 days");
            assertThat(playground.messages()).isZero();
        }
    }

    /** The dead letter cannot be published: whatever happens, its delivery must not keep its place for ever. */
    @Nested
    class ASettlementThatTheBrokerWillNeverTake {
        private final AsyncResult<Integer> unknown = lovage.send(Task.of("math.cube", Integer.class, Integer.class), 3);

        private ManualWorker worker() {
            return lovage.worker().handle(SQUARE, (x, context) -> x * x).manual();
        }

        @Test
        void isTakenOnceTheQueueWasDeclaredAgain() {
            ManualWorker worker = worker();
            int declaredBefore = connection.broker().declared.get();
            connection.broker().settleFault = how ->
                    connection.broker().declared.get() > declaredBefore
                            ? null
                            : new PublishException(
                                    "no queue takes it",
                                    List.of(),
                                    false,
                                    new QueueNotFoundException("celery.dead is gone"));

            worker.runAll();

            assertThat(connection.broker().declared).hasValue(declaredBefore + 1);
            assertThat(playground.deadLetters()).hasSize(1);
            assertThat(worker.stats().deadLettered()).isOne();
            assertThatThrownBy(() -> unknown.get(SOON)).hasMessageContaining("NotRegistered");
        }

        @Test
        void isGivenBackForLaterAndTheNextTaskRuns() throws InterruptedException {
            connection.broker().settleFault =
                    how -> how instanceof Settlement.DeadLetter ? never("larger than a frame") : null;
            AsyncResult<Integer> next = lovage.send(SQUARE, 3);
            ManualWorker worker = worker();

            assertThat(worker.runAll()).isEqualTo(2);

            Settlement dead = Settlement.deadLetter("unknown task math.cube");
            assertThat(connection.broker().settlements)
                    .containsExactly(dead, dead, Settlement.release(Duration.ofSeconds(1)), Settlement.ack());
            assertThat(next.get(SOON)).isEqualTo(9);
            assertThat(worker.stats().released()).isOne();
            assertThat(playground.stats().delayed()).hasValue(1);
        }

        @Test
        void ofAnyKindLetsTheLeaseGo() {
            connection.broker().settleFault = how -> never("nothing at all");
            ManualWorker worker = worker();

            assertThat(worker.runOne()).isTrue();

            connection.broker().settleFault = how -> null;
            assertThat(worker.runOne()).as("its lease goes on").isFalse();
            playground.clock.advance(QueueSpec.DEFAULT_LEASE);
            assertThat(worker.runOne()).isTrue();
            assertThat(playground.deadLetters()).hasSize(1);
        }
    }
}
