package io.lovage.redis.pitfall;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** How long the task of a killed worker stays away, with a lease of 30 s. */
@Execution(ExecutionMode.CONCURRENT)
class KilledWorkerOnRedisStoryTest {
    private final StoryRedis redis = new StoryRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void itsTaskComesBackWithinTheDeclaredBoundAndLongBeforeTheEndOfTheLease() throws InterruptedException {
        Timeline timeline = redis.timeline(System::nanoTime);
        timeline.title("kill -9 of a worker, lease 30 s (Lovage on Redis)");
        QueueSpec queue = QueueSpec.of("pitfall-" + UUID.randomUUID());
        try (StoryBroker lovage = new StoryBroker(redis.server().url());
                VictimProcess victim =
                        VictimProcess.start(LovageVictim.class, redis.server().url(), queue.name())) {
            victim.awaitLine(Lifeline.READY, StoryBroker.PATIENCE);
            lovage.publish(queue, "m");
            victim.send("take");
            victim.awaitLine(Lifeline.TAKEN, StoryBroker.PATIENCE);
            timeline.event("taken", "worker-1");
            Broker.Consumer other = lovage.consume(queue);

            victim.kill();
            timeline.event("crash", "kill -9 of worker-1");
            Duration killed = timeline.elapsed();
            Delivery again = StoryBroker.take(other);
            timeline.event("redelivered", "worker-2, delivery " + again.deliveryCount());

            Duration bound = lovage.broker().capabilities().crashBound();
            assertThat(timeline.elapsed().minus(killed)).isLessThan(bound.plus(StoryBroker.SLACK));
            timeline.event("settled", "worker-2: " + StoryBroker.ack(again));
            lovage.delete(queue);
        }
    }
}
