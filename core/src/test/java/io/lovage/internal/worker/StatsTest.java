package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.QUEUE;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.RetryPolicy;
import io.lovage.TaskHandler;
import io.lovage.WorkerStats;
import io.lovage.internal.client.Playground;
import io.lovage.spi.Broker;
import io.lovage.spi.Bytes;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.Fence;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskRef;
import io.lovage.spi.TaskState;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What a worker counts, and what it says of it. */
class StatsTest {
    private static final Duration BEYOND = QueueSpec.DEFAULT_LEASE.plusSeconds(1);

    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final ByteArrayOutputStream written = new ByteArrayOutputStream();
    private final PrintStream original = System.err;

    StatsTest() {
        System.setErr(new PrintStream(written, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void close() {
        System.setErr(original);
        playground.close();
    }

    private ManualWorker worker(TaskHandler<Integer, Integer> handler) {
        HandlerOptions once = HandlerOptions.ofDefaults()
                .retry(RetryPolicy.builder()
                        .retryOn(IllegalStateException.class)
                        .maxRetries(1)
                        .build());
        return lovage.worker().handle(SQUARE, once, handler).manual();
    }

    private List<String> logged(String text) {
        return written.toString(StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.contains(text))
                .toList();
    }

    @Test
    void everyEndOfADeliveryHasItsCount() throws InterruptedException {
        lovage.send(SQUARE, 3);
        Message done = playground.takeAll().get(0);
        playground.publish(done);
        lovage.send(SQUARE, -1);
        lovage.send(SQUARE, 0);
        lovage.send(SQUARE.with(4).expiresIn(Duration.ofSeconds(1)));
        playground.clock.advance(Duration.ofSeconds(2));
        playground.publish(message("{ not json", Map.of()));
        playground.publish(message(
                "[[3], {}, {}]",
                Map.of("eta", playground.clock.now().plus(Duration.ofDays(1)).toString())));
        ManualWorker worker = worker((x, context) -> {
            if (x < 0) {
                throw new IllegalArgumentException("for good");
            }
            if (x == 0 && context.attempt() == 1) {
                throw new IllegalStateException("once");
            }
            return x * x;
        });

        assertThat(worker.runAll()).isEqualTo(6);
        playground.clock.advance(Duration.ofMinutes(10));
        playground.publish(done.withHeader(LovageHeaders.DELIVERY_COUNT, 1));
        assertThat(worker.runAll()).isEqualTo(2);

        assertThat(worker.stats()).isEqualTo(new WorkerStats(8, 1, 2, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0));
    }

    private static Message message(String body, Map<String, Object> more) {
        Map<String, Object> headers = new HashMap<>(more);
        headers.put("task", "math.square");
        headers.put("id", "id-" + body.length());
        return new Message(headers, MessageProperties.json(Optional.empty(), Optional.empty()), Bytes.utf8(body));
    }

    @Test
    @DisplayName("R4.4 lost leases are counted, and the log tells of the first")
    void lostLeasesAreCountedAndTheFirstIsSaid() {
        lovage.send(SQUARE.with(1).id("first"));
        lovage.send(SQUARE.with(2).id("second"));
        ManualWorker worker = worker((x, context) -> {
            connection.memory().freeze();
            playground.clock.advance(BEYOND);
            connection.memory().thaw();
            return x;
        });

        assertThat(worker.runOne()).isTrue();
        assertThat(worker.runOne()).isTrue();

        assertThat(worker.stats().leaseLost()).isEqualTo(2);
        assertThat(worker.stats().succeeded()).isZero();
        assertThat(logged("the lease of message")).hasSize(1);
        assertThat(logged("the lease of message first of queue 'celery' was lost"))
                .hasSize(1);
    }

    /** The worker has not heard of its loss when it finishes: the backend's fence stops it. */
    @Test
    @DisplayName("R4.5, R11.6 refused results are counted, and the log tells of the first")
    void refusedResultsAreCountedAndTheFirstIsSaid() {
        Playground.Connection other = playground.connect();
        ManualWorker worker = worker((x, context) -> {
            connection.memory().freeze();
            playground.clock.advance(BEYOND);
            takeOver(other, context.id());
            return x;
        });

        for (String id : List.of("first", "second")) {
            lovage.send(SQUARE.with(1).id(id));
            assertThat(worker.runOne()).isTrue();
            connection.memory().thaw();
        }

        assertThat(worker.stats().lateResultsRefused()).isEqualTo(2);
        assertThat(worker.stats().succeeded()).isZero();
        assertThat(logged("came too late")).hasSize(1);
        assertThat(logged("the result of task first came too late")).hasSize(1);
        assertThat(worker.stats().leaseLost()).isEqualTo(2);
        assertThat(logged("the lease of message")).as("a second line about it").isEmpty();
    }

    /** Takes a task, and stores that it was started, as a worker does that has begun and not ended. */
    private static void takeOver(Playground.Connection other, String id) {
        try (Broker.Consumer consumer = other.memory().consume(ConsumeSpec.of(QueueSpec.of(QUEUE), 1))) {
            List<Delivery> taken = consumer.poll(1, Duration.ZERO);
            assertThat(taken).hasSize(1);
            taken.get(0).settle(Settlement.ack()).toCompletableFuture().join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        TaskId task = new TaskId(id);
        other.results()
                .transition(
                        TaskRef.of(task),
                        new StoredResult(task, TaskState.STARTED, Bytes.utf8("{\"status\": \"STARTED\"}")),
                        new Fence(0, 2),
                        Duration.ofDays(1))
                .toCompletableFuture()
                .join();
    }
}
