package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.examples.pitfall.Timeline;
import io.lovage.spi.Broker;
import io.lovage.spi.Delivery;
import io.lovage.spi.QueueSpec;
import io.lovage.spi.Settlement;
import io.lovage.tck.VictimWorker;
import io.lovage.testservers.VictimProcess;
import io.lovage.testservers.VictimProcess.Program;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** How long the task of a killed worker stays away. */
class KilledWorkerOnRabbitStoryTest {
    /** What a busy machine may add to a bound. */
    private static final Duration SLACK = Duration.ofSeconds(5);

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void itsTaskComesBackWithinTheDeclaredBound() throws InterruptedException {
        Timeline timeline = new Timeline(System::nanoTime, System.out::println);
        timeline.title("kill -9 of a worker (Lovage on RabbitMQ)");
        Broker broker = fixture.broker("");
        QueueSpec queue = fixture.declared(broker);
        Fixture.publish(broker, Fixture.to(queue, "m"));
        VictimProcess victim = fixture.ends(VictimProcess.start(new Program(
                VictimWorker.class.getName(),
                List.of(
                        queue.name(),
                        Long.toString(queue.lease().toMillis()),
                        Integer.toString(queue.deliveryLimit()),
                        queue.deadLetterQueue(),
                        "1"),
                List.of(),
                Map.of("LOVAGE_VICTIM_URL", TestRabbit.url("")))));
        victim.awaitLine("TAKEN 1", Fixture.PATIENCE);
        timeline.event("taken", "worker-1");
        Broker.Consumer other = fixture.consumer(broker, queue, 1);

        victim.kill();
        timeline.event("crash", "kill -9 of worker-1");
        Duration killed = timeline.elapsed();
        Delivery again = Fixture.one(other);
        timeline.event("redelivered", "worker-2, delivery " + again.deliveryCount());

        assertThat(timeline.elapsed().minus(killed))
                .isLessThan(broker.capabilities().crashBound().plus(SLACK));
        timeline.event("settled", "worker-2: " + Fixture.settle(again, Settlement.ack()));
    }
}
