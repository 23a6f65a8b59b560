package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.LongTask;
import io.lovage.examples.pitfall.LongTaskOnBareKafka;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A task that runs for longer than the acquisition lock of its share group, on a healthy worker. */
@OnSharedServer
class LongTaskOnKafkaStoryTest {
    private static final Duration LOCK = Duration.ofSeconds(3);
    private static final Duration LONGER_THAN_TWO_LOCKS = Duration.ofSeconds(7);

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final QueueSpec queue = QueueSpec.of(BrokerFixture.newName()).withLease(LOCK);
    private final Timeline timeline = new Timeline(System::nanoTime, line -> {});

    @AfterEach
    void tell() {
        System.out.println(String.join("\n", timeline.lines()));
    }

    @Test
    void inTheHandsOfTheBareClientItRunsTwice() throws InterruptedException {
        timeline.title("a task of 7 s, acquisition lock 3 s (Kafka's own client)");
        LongTaskOnBareKafka.Scene scene =
                new LongTaskOnBareKafka.Scene(kafka.operatorAddress(), queue.name(), LOCK, LONGER_THAN_TWO_LOCKS);

        LongTask.Outcome outcome = new LongTaskOnBareKafka(scene, timeline).play();

        assertThat(outcome).isEqualTo(new LongTask.Outcome(2, 0, 2));
    }

    @Test
    void withAFixedLeaseItRunsTwiceInLovageToo() throws InterruptedException {
        LongTask.Outcome outcome = play("?lease=fixed", LONGER_THAN_TWO_LOCKS, false);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(2, 0, 2));
    }

    @Test
    void withRenewalATaskSixTimesAsLongAsTheLockRunsOnce() throws InterruptedException {
        LongTask.Outcome outcome = play("", LOCK.multipliedBy(6), true);

        assertThat(outcome).isEqualTo(new LongTask.Outcome(1, 1, 0));
    }

    private LongTask.Outcome play(String options, Duration length, boolean renew) throws InterruptedException {
        timeline.title("a task of " + length.toSeconds() + " s, acquisition lock 3 s " + (renew ? "with" : "without")
                + " renewal");
        return new LongTask(new LongTask.Scene(kafka.url() + options, queue, length, renew), timeline).play();
    }
}
