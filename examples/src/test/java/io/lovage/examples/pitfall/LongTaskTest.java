package io.lovage.examples.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.QueueSpec;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The play itself, on the broker that needs no server. */
class LongTaskTest {
    private static final Duration LEASE = Duration.ofSeconds(1);

    private final Timeline timeline = new Timeline(System::nanoTime, line -> {});

    @Test
    void withoutRenewalBothWorkersRunTheTask() throws InterruptedException {
        LongTask.Outcome outcome = play(false);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(2, 0, 2));
        assertThat(timeline.lines())
                .anyMatch(line -> line.contains("redelivered"))
                .anyMatch(line -> line.contains("LEASE_LOST"));
    }

    @Test
    void withRenewalOneWorkerRunsIt() throws InterruptedException {
        LongTask.Outcome outcome = play(true);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(1, 1, 0));
        assertThat(timeline.lines()).noneMatch(line -> line.contains("redelivered"));
    }

    private LongTask.Outcome play(boolean renew) throws InterruptedException {
        QueueSpec queue = QueueSpec.of("pitfall").withLease(LEASE);
        return new LongTask(
                        new LongTask.Scene("memory://" + UUID.randomUUID(), queue, LEASE.multipliedBy(2), renew),
                        timeline)
                .play();
    }
}
