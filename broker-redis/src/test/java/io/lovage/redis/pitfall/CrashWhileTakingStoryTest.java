package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.redis.pitfall.WorstMoment.Doomed;
import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A worker that is killed after the server has given it a message, and before anybody has noted that it has it. */
@Execution(ExecutionMode.CONCURRENT)
class CrashWhileTakingStoryTest {
    private final StoryRedis redis = new StoryRedis();
    private final Timeline timeline = redis.timeline(System::nanoTime);

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

    @Test
    void takingInOneStepSurvivesTwentyKills() throws InterruptedException {
        survives(20);
    }

    @Test
    @Tag("long")
    void takingInOneStepSurvivesTwoHundredKills() throws InterruptedException {
        survives(200);
    }

    /** Each victim has a queue of its own, so that nothing comes back while others are being killed. */
    private void survives(int kills) throws InterruptedException {
        timeline.title(kills + " times kill -9 while the answer with the message is on its way (Lovage)");
        Map<QueueSpec, Broker.Consumer> struck = new LinkedHashMap<>();
        try (StoryBroker survivor = new StoryBroker(redis.server().url())) {
            Next next = next();
            while (struck.size() < kills) {
                Next current = next;
                next = next();
                try (Doomed doomed = current.doomed()) {
                    QueueSpec queue = current.queue();
                    boolean inTime = WorstMoment.kill(
                            doomed,
                            () -> survivor.publish(queue, "m"),
                            () -> redis.commands().llen(queue.name()) == 0);
                    if (inTime) {
                        struck.put(queue, survivor.consume(queue));
                    } else {
                        survivor.delete(queue);
                    }
                }
            }
            next.doomed().close();
            survivor.delete(next.queue());
            timeline.event("crash", kills + " workers were killed before they heard of what they had taken");
            for (Map.Entry<QueueSpec, Broker.Consumer> one : struck.entrySet()) {
                Delivery again = StoryBroker.take(one.getValue());
                assertThat(again.deliveryCount()).isEqualTo(2);
                StoryBroker.ack(again);
                one.getValue().close();
                survivor.delete(one.getKey());
            }
            timeline.event("redelivered", "all " + kills + " messages");
        }
    }

    private record Next(QueueSpec queue, Doomed doomed) {}

    /** The next one starts while the one before is being killed. */
    private Next next() {
        QueueSpec queue = QueueSpec.of("pitfall-" + UUID.randomUUID());
        return new Next(queue, Doomed.start(LovageVictim.class, redis, List.of(queue.name())));
    }
}
