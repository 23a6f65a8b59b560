package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.AsyncResult;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.RetryPolicy;
import io.lovage.TaskFailedException;
import io.lovage.TaskHandler;
import io.lovage.internal.client.Playground;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.Fence;
import io.lovage.spi.QueueFeature;
import io.lovage.spi.Settlement;
import io.lovage.spi.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RetryTest {
    private static final RetryPolicy POLICY = RetryPolicy.builder()
            .maxRetries(3)
            .backoff(Duration.ofSeconds(10), Duration.ofSeconds(20), 2)
            .jitter(0)
            .abortOn(IllegalArgumentException.class)
            .build();

    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final List<Integer> attempts = new ArrayList<>();

    @AfterEach
    void close() {
        playground.close();
    }

    private ManualWorker worker(RetryPolicy policy, TaskHandler<Integer, Integer> handler) {
        return lovage.worker()
                .handle(SQUARE, HandlerOptions.ofDefaults().retry(policy), (x, context) -> {
                    attempts.add(context.attempt());
                    return handler.handle(x, context);
                })
                .manual();
    }

    @Test
    void aFailedAttemptIsFollowedByAnotherOneAfterAGrowingDelayInTheBroker() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        ManualWorker worker = worker(POLICY, (x, context) -> {
            if (context.attempt() < 4) {
                throw new IllegalStateException("not yet");
            }
            return x * x;
        });

        assertThat(worker.runAll()).isOne();
        assertThat(result.state()).isEqualTo(TaskState.RETRY);
        assertThat(playground.stats().delayed()).hasValue(1);
        for (int seconds : new int[] {10, 20, 20}) {
            playground.clock.advance(Duration.ofSeconds(seconds).minusMillis(1));
            assertThat(worker.runAll()).as("not early").isZero();
            playground.clock.advance(Duration.ofMillis(1));
            assertThat(worker.runAll()).isOne();
        }

        assertThat(result.get(SOON)).isEqualTo(9);
        assertThat(attempts).containsExactly(1, 2, 3, 4);
        assertThat(worker.stats().retried()).isEqualTo(3);
        assertThat(worker.stats().succeeded()).isOne();
        assertThat(playground.messages()).isZero();
    }

    @Test
    void theLastFailureIsTheResultWhenNoRetryIsLeft() {
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        ManualWorker worker = worker(POLICY, (x, context) -> {
            throw new IllegalStateException("attempt " + context.attempt());
        });

        for (int i = 0; i < 10; i++) {
            worker.runAll();
            playground.clock.advance(Duration.ofMinutes(1));
        }

        assertThatThrownBy(() -> result.get(SOON))
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("IllegalStateException: attempt 4");
        assertThat(attempts).hasSize(4);
        assertThat(playground.messages()).isZero();
    }

    @Test
    void anExceptionThatAbortsIsFinalAtOnce() {
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        worker(POLICY, (x, context) -> {
                    throw new NumberFormatException("hopeless");
                })
                .runAll();

        assertThat(result.state()).isEqualTo(TaskState.FAILURE);
    }

    @Test
    void aHandlerMayAskByHandWithItsOwnDelay() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        ManualWorker worker = worker(POLICY, (x, context) -> {
            if (context.attempt() == 1) {
                throw context.retry(Duration.ofHours(1), "busy");
            }
            return x;
        });
        worker.runAll();

        playground.clock.advance(Duration.ofMinutes(59));
        assertThat(worker.runAll()).isZero();
        playground.clock.advance(Duration.ofMinutes(1));
        assertThat(worker.runAll()).isOne();

        assertThat(result.get(SOON)).isEqualTo(3);
    }

    @Test
    void askingByHandIsRefusedWhenNoRetryIsLeft() {
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        worker(RetryPolicy.never(), (x, context) -> {
                    throw context.retry(Duration.ZERO, "busy");
                })
                .runAll();

        assertThatThrownBy(() -> result.get(SOON)).hasMessageContaining("MaxRetriesExceededError: busy");
        assertThat(playground.messages()).isZero();
    }

    @Test
    void aRetryWithoutDelayComesAtOnceAndKeepsItsPriority() {
        lovage.send(SQUARE.with(1).priority(7));
        lovage.send(SQUARE.with(2).priority(5));
        List<Integer> order = new ArrayList<>();
        RetryPolicy atOnce = RetryPolicy.builder()
                .maxRetries(1)
                .fixedDelay(Duration.ZERO)
                .jitter(0)
                .build();
        worker(atOnce, (x, context) -> {
                    order.add(x);
                    throw new IllegalStateException();
                })
                .runAll();

        assertThat(order).containsExactly(1, 1, 2, 2);
    }

    @Test
    void retryIsStoredBeforeItsCopyIsPublishedAndTheDeliverySettled() {
        lovage.send(SQUARE, 3);
        List<Object> order = new ArrayList<>();
        connection.results().fault = (task, state) -> {
            order.add(state.state());
            return null;
        };
        connection.broker().settleFault = how -> {
            order.add(how.getClass());
            return null;
        };
        worker(POLICY, (x, context) -> {
                    throw new IllegalStateException();
                })
                .runOne();

        assertThat(order).containsExactly(TaskState.RETRY, Settlement.AckAfter.class);
    }

    @Test
    void aLaterAttemptHasALargerFencingToken() {
        lovage.send(SQUARE, 3);
        List<Long> tokens = new ArrayList<>();
        ManualWorker worker = worker(POLICY, (x, context) -> {
            tokens.add(context.fencingToken());
            throw new IllegalStateException();
        });
        worker.runAll();
        playground.clock.advance(Duration.ofMinutes(1));
        worker.runAll();

        assertThat(tokens).containsExactly(new Fence(0, 1).token(), new Fence(1, 1).token());
    }

    @Test
    void delayedRetriesOnAQueueWithoutDelaysAreRefusedAtTheStart() {
        connection.broker().lacking.add(QueueFeature.DELAY);

        assertThatThrownBy(() -> worker(POLICY, (x, context) -> x))
                .isInstanceOf(ConfigurationException.class)
                .hasMessageContaining("task 'math.square' has delayed retries")
                .hasMessageContaining("queue 'celery' (memory) cannot keep messages back");
    }

    @Test
    void aDelayAskedByHandOnSuchAQueueIsAFailureThatSaysSo() {
        connection.broker().lacking.add(QueueFeature.DELAY);
        AsyncResult<Integer> result = lovage.send(SQUARE, 3);
        RetryPolicy atOnce = RetryPolicy.builder().fixedDelay(Duration.ZERO).build();
        worker(atOnce, (x, context) -> {
                    throw context.retry(Duration.ofSeconds(5), "busy");
                })
                .runAll();

        assertThatThrownBy(() -> result.get(SOON))
                .hasMessageContaining("RetryNotPossible")
                .hasMessageContaining("cannot keep a retry back for 5000 ms")
                .hasMessageContaining("busy");
    }
}
