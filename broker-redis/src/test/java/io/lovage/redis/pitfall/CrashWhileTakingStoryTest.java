package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.redis.pitfall.WorstMoment.Doomed;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker that is killed after the server has given it a message, and before anybody has noted that it has it. */
class CrashWhileTakingStoryTest {
    private final StoryRedis redis = new StoryRedis();
    private final Timeline timeline = new Timeline(System::nanoTime, System.out::println);

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void takingInTwoStepsLosesTheTask() {
        ManualClock clock = new ManualClock();
        KombuWorker other = redis.worker("worker-2", Duration.ofHours(1), clock::now);
        KombuWorker dying = redis.worker("worker-1", Duration.ofHours(1), clock::now);
        redis.publish();

        assertThat(dying.pop()).isPresent();

        assertThat(redis.waiting()).isZero();
        assertThat(redis.recorded()).isZero();
        clock.advance(Duration.ofDays(365));
        assertThat(other.scan()).isEmpty();
    }

    @Test
    void takingInTwoStepsLosesTheTaskOfAKilledWorker() throws InterruptedException {
        timeline.title("kill -9 between the two steps of taking (model of kombu)");
        List<String> arguments = List.of(redis.keys().prefix(), redis.keys().name());
        boolean inTime = false;
        while (!inTime) {
            try (Doomed doomed = Doomed.start(KombuVictim.class, redis, arguments)) {
                inTime = WorstMoment.kill(doomed, redis::publish, () -> redis.waiting() == 0);
            }
        }
        timeline.event("taken", "the server has given the message away");
        timeline.event("crash", "kill -9 before the worker has heard of it");

        assertThat(redis.waiting()).isZero();
        assertThat(redis.recorded()).isZero();
        timeline.event("lost", "no queue and no record has it");
    }
}
