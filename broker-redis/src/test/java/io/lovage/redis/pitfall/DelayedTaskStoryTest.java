package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A worker of Celery takes a delayed task at once and keeps it in its memory until it is due. */
class DelayedTaskStoryTest {
    private static final Duration VISIBILITY_TIMEOUT = Duration.ofSeconds(5);
    private static final Duration COUNTDOWN = Duration.ofSeconds(20);

    private final StoryRedis redis = new StoryRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void heldByWorkersForLongerThanTheTimeoutItRunsTwice() {
        ManualClock clock = new ManualClock();
        Timeline timeline = new Timeline(clock::nanoTime, System.out::println);
        timeline.title("a delayed task held by workers, visibility timeout 5 s, countdown 20 s (model of kombu)");
        KombuWorker first = redis.worker("worker-1", VISIBILITY_TIMEOUT, clock::now);
        KombuWorker second = redis.worker("worker-2", VISIBILITY_TIMEOUT, clock::now);
        Instant due = clock.now().plus(COUNTDOWN);
        List<String> executions = new ArrayList<>();

        redis.publish();
        KombuMessage held = first.take().orElseThrow();
        timeline.event("taken", "worker-1, which keeps it until it is due");
        clock.advance(VISIBILITY_TIMEOUT);
        timeline.event("lease end", "nobody renews it");
        clock.advance(Duration.ofSeconds(1));
        assertThat(second.scan()).containsExactly(held.deliveryTag());
        KombuMessage copy = second.take().orElseThrow();
        timeline.event("redelivered", "worker-2, which keeps it too");
        clock.advance(Duration.between(clock.now(), due));
        executions.add(run(first, held, timeline));
        executions.add(run(second, copy, timeline));

        assertThat(copy.isRedelivered()).isTrue();
        assertThat(copy.deliveryTag()).isEqualTo(held.deliveryTag());
        assertThat(executions).containsExactly("worker-1", "worker-2");
    }

    /** As Celery does unless it is told otherwise: acknowledges, then runs. */
    private static String run(KombuWorker worker, KombuMessage message, Timeline timeline) {
        worker.ack(message);
        timeline.event("settled", worker.name() + " acknowledges, and nobody tells it that there are two of them");
        timeline.event("finished", worker.name() + " has run it");
        return worker.name();
    }
}
