package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.Broker;
import io.lovage.spi.ConsumeSpec;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settled;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** When the end of a lease is judged by the workers' clocks, a wrong clock takes tasks away or keeps them away. */
@Execution(ExecutionMode.CONCURRENT)
class ClockSkewStoryTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration VISIBILITY_TIMEOUT = Duration.ofMinutes(10);

    private final StoryRedis redis = new StoryRedis();
    private final ManualClock clock = new ManualClock();
    private final Timeline timeline = redis.timeline(clock::nanoTime);

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void byTheWorkersClocksOneThatIsAnHourFastTakesARunningTaskAway() {
        timeline.title("a worker whose clock is an hour fast, visibility timeout 10 min (model of kombu)");
        KombuWorker right = redis.worker("worker-1", VISIBILITY_TIMEOUT, clock::now);
        KombuWorker fast =
                redis.worker("worker-2", VISIBILITY_TIMEOUT, () -> clock.now().plus(HOUR));

        redis.publish();
        KombuMessage running = right.take().orElseThrow();
        timeline.event("taken", "worker-1");
        clock.advance(Duration.ofSeconds(1));

        assertThat(fast.scan()).containsExactly(running.deliveryTag());
        assertThat(fast.take()).isPresent();
        timeline.event("redelivered", "worker-2: by its clock the lease ended 50 minutes ago");
    }

    @Test
    void byTheWorkersClocksTheTaskOfADeadWorkerWhoseClockWasAnHourFastStaysAwayForAnHourMore() {
        timeline.title("a dead worker whose clock was an hour fast, visibility timeout 10 min (model of kombu)");
        KombuWorker fast =
                redis.worker("worker-1", VISIBILITY_TIMEOUT, () -> clock.now().plus(HOUR));
        KombuWorker right = redis.worker("worker-2", VISIBILITY_TIMEOUT, clock::now);

        redis.publish();
        KombuMessage taken = fast.take().orElseThrow();
        timeline.event("taken", "worker-1, which dies");
        clock.advance(VISIBILITY_TIMEOUT.plusSeconds(1));
        timeline.event("lease end", "by the clock of everybody else");
        assertThat(right.scan()).isEmpty();
        clock.advance(HOUR.minusSeconds(2));
        assertThat(right.scan()).isEmpty();
        clock.advance(Duration.ofSeconds(2));

        assertThat(right.scan()).containsExactly(taken.deliveryTag());
        timeline.event("redelivered", "an hour late");
    }

    @Test
    void byTheServersClockNobodyTakesARunningTaskAway() throws InterruptedException {
        Duration lease = Duration.ofSeconds(1);
        for (Duration off : new Duration[] {HOUR, HOUR.negated()}) {
            QueueSpec queue = QueueSpec.of("pitfall-" + UUID.randomUUID()).withLease(lease);
            try (StoryBroker right = new StoryBroker(redis.server().url());
                    StoryBroker wrong = new StoryBroker(redis.server().url(), off)) {
                right.broker().declare(queue);
                right.publish(queue, "m");
                Delivery running = StoryBroker.take(right.consume(queue));
                Broker.Consumer thief = wrong.consume(queue);

                assertThat(thief.poll(1, lease.multipliedBy(2))).isEmpty();
                assertThat(StoryBroker.ack(running)).isEqualTo(Settled.APPLIED);
                right.delete(queue);
            }
        }
    }

    @Test
    void byTheServersClockTheLeaseOfADeadWorkerEndsInTime() throws InterruptedException {
        Timeline real = redis.timeline(System::nanoTime);
        Duration lease = Duration.ofSeconds(1);
        for (Duration off : new Duration[] {HOUR, HOUR.negated()}) {
            real.title("a dead worker whose clock is off by " + off + ", lease 1 s (Lovage)");
            QueueSpec queue = QueueSpec.of("pitfall-" + UUID.randomUUID()).withLease(lease);
            try (StoryBroker right = new StoryBroker(redis.server().url());
                    StoryBroker wrong = new StoryBroker(redis.server().url(), off)) {
                right.broker().declare(queue);
                right.publish(queue, "m");
                StoryBroker.take(wrong.broker().consume(ConsumeSpec.of(queue, 1).withoutRenewal()));
                real.event("taken", "worker-1, which does nothing any more");
                Duration taken = real.elapsed();

                Delivery again = StoryBroker.take(right.consume(queue));
                real.event("redelivered", "worker-2, delivery " + again.deliveryCount());

                assertThat(real.elapsed().minus(taken))
                        .isLessThan(lease.plus(right.detection()).plus(StoryBroker.SLACK));
                assertThat(StoryBroker.ack(again)).isEqualTo(Settled.APPLIED);
                right.delete(queue);
            }
        }
    }
}
