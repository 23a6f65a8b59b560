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

/** Two copies of one message under one delivery tag share one record. */
@Execution(ExecutionMode.CONCURRENT)
class LateAckStoryTest {
    private static final Duration VISIBILITY_TIMEOUT = Duration.ofSeconds(5);

    private final StoryRedis redis = new StoryRedis();

    @AfterEach
    void close() {
        redis.close();
    }

    @Test
    void byDeliveryTagTheFirstCopysLateAckRemovesWhatProtectsTheSecondCopy() {
        ManualClock clock = new ManualClock();
        Timeline timeline = redis.timeline(clock::nanoTime);
        timeline.title("a late acknowledgement by delivery tag, visibility timeout 5 s (model of kombu)");
        KombuWorker first = redis.worker("worker-1", VISIBILITY_TIMEOUT, clock::now);
        KombuWorker second = redis.worker("worker-2", VISIBILITY_TIMEOUT, clock::now);
        KombuWorker third = redis.worker("worker-3", VISIBILITY_TIMEOUT, clock::now);

        redis.publish();
        KombuMessage slow = first.take().orElseThrow();
        timeline.event("taken", "worker-1");
        clock.advance(VISIBILITY_TIMEOUT);
        timeline.event("lease end", "worker-1 still runs it");
        clock.advance(Duration.ofSeconds(1));
        second.scan();
        assertThat(second.take()).isPresent();
        timeline.event("redelivered", "worker-2; its record is what brings the task back if worker-2 dies");
        assertThat(redis.recorded()).isEqualTo(1);

        clock.advance(Duration.ofSeconds(2));
        first.ack(slow);
        timeline.event("settled", "worker-1 acknowledges: the record of worker-2 is gone");
        assertThat(redis.recorded()).isZero();
        timeline.event("crash", "worker-2 dies in the middle of the task");
        clock.advance(VISIBILITY_TIMEOUT.multipliedBy(100));

        assertThat(third.scan()).isEmpty();
        assertThat(redis.waiting()).isZero();
        timeline.event("lost", "what worker-2 had is never redelivered");
    }

    @Test
    void byOwnerTheFirstCopysLateAckIsRefusedAndTheSecondCopyStaysProtected() throws InterruptedException {
        Timeline timeline = redis.timeline(System::nanoTime);
        timeline.title("a late acknowledgement by owner, lease 1 s (Lovage)");
        QueueSpec queue = QueueSpec.of("pitfall-" + UUID.randomUUID()).withLease(Duration.ofSeconds(1));
        try (StoryBroker one = new StoryBroker(redis.server().url());
                StoryBroker two = new StoryBroker(redis.server().url());
                StoryBroker three = new StoryBroker(redis.server().url())) {
            one.broker().declare(queue);
            one.publish(queue, "slow");
            Delivery slow = StoryBroker.take(
                    one.broker().consume(ConsumeSpec.of(queue, 1).withoutRenewal()));
            timeline.event("taken", "worker-1, which does not renew");
            Broker.Consumer second = two.consume(queue);
            Delivery copy = StoryBroker.take(second);
            timeline.event("redelivered", "worker-2, delivery " + copy.deliveryCount());

            Settled late = StoryBroker.ack(slow);
            timeline.event("settled", "worker-1 acknowledges: " + late);
            assertThat(late).isEqualTo(Settled.LEASE_LOST);
            copy.abandon();
            timeline.event("crash", "worker-2 dies in the middle of the task");
            Delivery again = StoryBroker.take(three.consume(queue));
            timeline.event("redelivered", "worker-3, delivery " + again.deliveryCount());
            Settled last = StoryBroker.ack(again);
            timeline.event("settled", "worker-3 acknowledges: " + last);

            assertThat(again.deliveryCount()).isEqualTo(3);
            assertThat(last).isEqualTo(Settled.APPLIED);
            three.delete(queue);
        }
    }
}
