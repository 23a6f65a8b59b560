package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.ManualWorker;
import io.lovage.internal.client.Playground;
import io.lovage.spi.Bytes;
import io.lovage.spi.LovageHeaders;
import io.lovage.spi.Message;
import io.lovage.spi.MessageProperties;
import io.lovage.spi.QueueFeature;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Delayed tasks wait in the broker, whoever sent them. */
class DelayTest {
    private final Playground playground = new Playground();
    private final Playground.Connection connection = playground.connect();
    private final Lovage lovage = connection.lovage();
    private final List<Integer> ran = new ArrayList<>();

    @AfterEach
    void close() {
        playground.close();
    }

    private ManualWorker worker() {
        return lovage.worker()
                .handle(SQUARE, (x, context) -> {
                    ran.add(x);
                    return x * x;
                })
                .manual();
    }

    /** As Python writes it: nobody has held it back. */
    private static Message foreign(String id, String eta) {
        return new Message(
                Map.of("task", "math.square", "id", id, "eta", eta),
                MessageProperties.json(Optional.of(id), Optional.empty()),
                Bytes.utf8("[[3], {}, {}]"));
    }

    @Test
    @DisplayName("R5.1 a delayed task runs when it is due and not before")
    void aDelayedTaskRunsWhenItIsDue() throws InterruptedException {
        AsyncResult<Integer> result = lovage.send(SQUARE.with(3).delay(Duration.ofMinutes(5)));
        ManualWorker worker = worker();

        playground.clock.advance(Duration.ofMinutes(5).minusMillis(1));
        assertThat(worker.runAll()).isZero();
        playground.clock.advance(Duration.ofMillis(1));
        assertThat(worker.runAll()).isOne();

        assertThat(result.get(SOON)).isEqualTo(9);
    }

    @Test
    @DisplayName("a foreign message that comes before its eta goes into the broker's delay, not into memory")
    void aForeignEtaIsHeldByTheBroker() throws InterruptedException {
        playground.publish(foreign("py-1", "2030-01-01T00:05:00.5+00:00"));
        ManualWorker worker = worker();

        assertThat(worker.runAll()).isOne();
        assertThat(playground.stats().delayed()).hasValue(1);
        assertThat(playground.stats().inFlight()).hasValue(0);
        assertThat(ran).isEmpty();
        playground.clock.advance(Duration.ofMinutes(5).plusMillis(500));
        assertThat(worker.runAll()).isOne();

        assertThat(lovage.result(SQUARE, "py-1").get(SOON)).isEqualTo(9);
    }

    @Test
    @DisplayName("R4.6 what the broker held back runs, even when this worker's clock is an hour behind")
    void aWorkersClockIsNotAskedAgain() {
        String eta = "2030-01-01T01:00:00.000000+00:00";
        playground.publish(foreign("py-1", eta).withHeader(LovageHeaders.HELD_UNTIL, eta));

        worker().runAll();

        assertThat(ran).containsExactly(3);
    }

    @Test
    void aMarkOfAnotherEtaDoesNotCount() {
        playground.publish(foreign("py-1", "2030-01-01T01:00:00.000000+00:00")
                .withHeader(LovageHeaders.HELD_UNTIL, "2030-01-01T00:00:00.000000+00:00"));

        worker().runAll();

        assertThat(ran).isEmpty();
        assertThat(playground.stats().delayed()).hasValue(1);
    }

    @Test
    void anEtaInThePastRunsAtOnce() {
        playground.publish(foreign("py-1", "2029-12-31T23:59:59Z"));
        lovage.send(SQUARE.with(4).notBefore(playground.clock.now().minusSeconds(1)));

        worker().runAll();

        assertThat(ran).containsExactly(3, 4);
    }

    @Test
    void whatAQueueCannotHoldBackIsKeptAsADeadLetter() {
        connection.broker().lacking.add(QueueFeature.DELAY);
        playground.publish(foreign("py-1", "2030-01-01T00:05:00Z"));

        worker().runAll();

        assertThat(ran).isEmpty();
        assertThat(playground.deadLetters().get(0).reason())
                .contains("an eta in the future")
                .contains("cannot keep messages back");
    }

    @Test
    @DisplayName("R6.1 higher priorities run first")
    void higherPrioritiesRunFirst() {
        for (int priority : new int[] {0, 5, 9, 1}) {
            lovage.send(SQUARE.with(priority).priority(priority));
        }

        worker().runAll();

        assertThat(ran).containsExactly(9, 5, 1, 0);
    }

    @Test
    @DisplayName("R5.4 100,000 delayed tasks stay out of the worker")
    void aHundredThousandDelayedTasksStayInTheBroker() {
        ManualWorker worker = worker();
        for (int i = 0; i < 100; i++) {
            lovage.sendAll(IntStream.range(0, 1000)
                    .mapToObj(x -> SQUARE.with(x).delay(Duration.ofDays(1)).ignoreResult())
                    .toList());
        }

        assertThat(worker.runAll()).isZero();
        assertThat(worker.stats().taken()).isZero();
        assertThat(playground.stats().delayed()).hasValue(100_000);
    }
}
