package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** When the end of a lease is judged by the workers' clocks, a wrong clock takes tasks away or keeps them away. */
class ClockSkewStoryTest {
    private static final Duration HOUR = Duration.ofHours(1);
    private static final Duration VISIBILITY_TIMEOUT = Duration.ofMinutes(10);

    private final StoryRedis redis = new StoryRedis();
    private final ManualClock clock = new ManualClock();
    private final Timeline timeline = new Timeline(clock::nanoTime, System.out::println);

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
}
