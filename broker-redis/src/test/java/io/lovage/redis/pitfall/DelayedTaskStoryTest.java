package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.QueueSpec;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A worker of Celery takes a delayed task at once and keeps it in its memory until it is due. */
@Execution(ExecutionMode.CONCURRENT)
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
        Timeline timeline = redis.timeline(clock::nanoTime);
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

    @Test
    void keptByTheBrokerItWaitsForFourLeasesAndRunsOnce() throws InterruptedException {
        Timeline timeline = redis.timeline(System::nanoTime);
        timeline.title("a delayed task kept by the broker, lease 1 s and not renewed, delay 4 s (Lovage)");
        QueueSpec queue = QueueSpec.of("pitfall-" + UUID.randomUUID()).withLease(Duration.ofSeconds(1));
        Task<String, String> task = Task.of("pitfall.delayed", String.class, String.class);
        List<Duration> executions = new CopyOnWriteArrayList<>();
        CountDownLatch once = new CountDownLatch(1);
        CountDownLatch twice = new CountDownLatch(2);
        try (Lovage one = connect();
                Lovage two = connect();
                StoryBroker operator = new StoryBroker(redis.server().url())) {
            for (Lovage lovage : List.of(one, two)) {
                Worker worker = lovage.worker()
                        .queue(queue, 1)
                        .concurrency(1)
                        .handle(task, (argument, context) -> {
                            timeline.event("taken", "it is due, delivery " + context.deliveryCount());
                            executions.add(timeline.elapsed());
                            once.countDown();
                            twice.countDown();
                            return argument;
                        })
                        .start();
                assertThat(worker.name()).isNotBlank();
            }
            Duration sent = timeline.elapsed();
            one.send(task.with("m").queue(queue.name()).delay(Duration.ofSeconds(4)));
            timeline.event("sent", "no worker has it");
            assertThat(operator.broker().admin().stats(queue).delayed()).hasValue(1);

            assertThat(once.await(StoryBroker.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            boolean again = twice.await(2, TimeUnit.SECONDS);

            assertThat(again).as("ran a second time").isFalse();
            assertThat(executions)
                    .singleElement()
                    .satisfies(at -> assertThat(at.minus(sent)).isGreaterThanOrEqualTo(Duration.ofSeconds(4)));
            operator.delete(queue);
        }
    }

    private Lovage connect() {
        return Lovage.builder()
                .broker(redis.server().url() + "?lease=fixed")
                .results("disabled://")
                .build();
    }
}
