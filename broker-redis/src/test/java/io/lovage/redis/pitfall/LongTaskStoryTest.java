package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.LongTask;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.QueueSpec;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A task that runs for longer than the broker leaves it to a worker, on a healthy worker. */
@Execution(ExecutionMode.CONCURRENT)
class LongTaskStoryTest {
    private static final Duration VISIBILITY_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration LEASE = Duration.ofSeconds(2);

    private final StoryRedis redis = new StoryRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void withoutRenewalItRunsTwice() {
        ManualClock clock = new ManualClock();
        Timeline timeline = redis.timeline(clock::nanoTime);
        timeline.title("a task of 12 s, visibility timeout 5 s (model of kombu)");
        KombuWorker first = redis.worker("worker-1", VISIBILITY_TIMEOUT, clock::now);
        KombuWorker second = redis.worker("worker-2", VISIBILITY_TIMEOUT, clock::now);
        List<KombuMessage> executions = new ArrayList<>();

        redis.publish();
        executions.add(first.take().orElseThrow());
        timeline.event("taken", "worker-1");
        clock.advance(VISIBILITY_TIMEOUT);
        timeline.event("lease end", "worker-1 still runs it, and nobody renews");
        clock.advance(Duration.ofSeconds(1));
        second.scan();
        executions.add(second.take().orElseThrow());
        timeline.event("redelivered", "worker-2 runs it too");
        clock.advance(Duration.ofSeconds(6));
        first.ack(executions.get(0));
        timeline.event("settled", "worker-1 acknowledges, and nobody tells it that there are two of them");

        assertThat(executions.get(1).deliveryTag()).isEqualTo(executions.get(0).deliveryTag());
    }

    @Test
    void withAFixedLeaseItRunsTwiceInLovageToo() throws InterruptedException {
        LongTask.Outcome outcome = play("?lease=fixed", Duration.ofSeconds(5), false);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(2, 0, 2));
    }

    @Test
    void withRenewalATaskTenTimesAsLongAsTheLeaseRunsOnce() throws InterruptedException {
        LongTask.Outcome outcome = play("", LEASE.multipliedBy(10), true);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(1, 1, 0));
    }

    private LongTask.Outcome play(String options, Duration length, boolean renew) throws InterruptedException {
        Timeline timeline = redis.timeline(System::nanoTime);
        timeline.title(
                "a task of " + length.toSeconds() + " s, lease 2 s " + (renew ? "with" : "without") + " renewal");
        QueueSpec queue = QueueSpec.of("pitfall-" + UUID.randomUUID()).withLease(LEASE);
        return new LongTask(new LongTask.Scene(redis.server().url() + options, queue, length, renew), timeline).play();
    }
}
