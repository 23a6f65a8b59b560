package io.lovage.kafka;

import static io.lovage.fixtures.BrokerFixture.one;
import static io.lovage.fixtures.BrokerFixture.settle;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.testservers.TestServers;
import io.lovage.testservers.VictimProcess;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** How long the task of a killed worker stays away, with a lease of 30 s. */
@OnSharedServer
class KilledWorkerOnKafkaStoryTest {
    /** What a busy machine may add to a bound. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final BrokerFixture fixture = new BrokerFixture(new KafkaBrokerProvider());
    private final Timeline timeline = new Timeline(System::nanoTime, line -> {});

    @AfterEach
    void end() throws Exception {
        System.out.println(String.join("\n", timeline.lines()));
        fixture.close();
    }

    @Test
    void itsTaskComesBackWithinTheDeclaredBoundAndLongBeforeTheEndOfTheLease() throws InterruptedException {
        timeline.title("kill -9 of a worker, lease 30 s (Lovage on Kafka)");
        String url = TestServers.kafka().orSkip(Assumptions::abort).url();
        Broker broker = fixture.connect(url);
        QueueSpec queue = fixture.declared(broker);
        try (Lovage producer =
                        Lovage.builder().broker(url).results("disabled://").build();
                VictimProcess victim = VictimProcess.start(TakingProcess.class, url, queue.name())) {
            producer.send(TakingProcess.TASK.with("flights.csv").queue(queue.name()));
            victim.awaitLine(TakingProcess.TAKEN, BrokerFixture.PATIENCE);
            timeline.event("taken", "worker-1");
            Broker.Consumer other = fixture.consumer(broker, queue, 1);

            victim.kill();
            timeline.event("crash", "kill -9 of worker-1");
            Duration killed = timeline.elapsed();
            Delivery again = one(other);
            timeline.event("redelivered", "worker-2, delivery " + again.deliveryCount());

            assertThat(timeline.elapsed().minus(killed))
                    .isLessThan(broker.capabilities().crashBound().plus(SLACK));
            assertThat(again.deliveryCount()).isEqualTo(2);
            timeline.event("settled", "worker-2: " + settle(again, Settlement.ack()));
        }
    }
}
