package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.LongTask;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.QueueSpec;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A task that runs for longer than {@code consumer_timeout}, as the workers of a user meet it. */
@Execution(ExecutionMode.CONCURRENT)
class ConsumerTimeoutStoryTest {
    /** Ended by the server between one and two ticks of a second after the timeout, twice. */
    private static final Duration LONGER_THAN_TWO_TIMEOUTS = Duration.ofSeconds(15);

    @Test
    void withoutHandOverTheTaskIsGivenToAnotherWorkerWhileItRuns() throws InterruptedException {
        LongTask.Outcome outcome = play(LONGER_THAN_TWO_TIMEOUTS, false);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(2, 0, 2));
    }

    @Test
    void withHandOverATaskTenTimesAsLongAsTheTimeoutRunsOnce() throws InterruptedException {
        LongTask.Outcome outcome = play(LongTaskServer.CONSUMER_TIMEOUT.multipliedBy(10), true);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(1, 1, 0));
    }

    private static LongTask.Outcome play(Duration length, boolean handOver) throws InterruptedException {
        Timeline timeline = new Timeline(System::nanoTime, line -> {});
        timeline.title("a task of " + length.toSeconds() + " s, consumer_timeout "
                + LongTaskServer.CONSUMER_TIMEOUT.toSeconds() + " s, " + (handOver ? "with" : "without")
                + " hand-over");
        QueueSpec queue = QueueSpec.of(Fixture.newName()).withLease(LongTaskFixture.LEASE);
        LongTask.Outcome outcome =
                new LongTask(new LongTask.Scene(LongTaskServer.url(), queue, length, handOver), timeline).play();
        System.out.println(String.join("\n", timeline.lines()));
        return outcome;
    }
}
