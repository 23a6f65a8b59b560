package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.examples.pitfall.Timeline;
import io.lovage.fixtures.BrokerFixture;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** A delayed task that no worker holds cannot outlast a lock. */
@OnSharedServer
class DelayedTaskOnKafkaStoryTest {
    private static final Duration LEASE = Duration.ofSeconds(3);
    private static final Duration DELAY = LEASE.multipliedBy(2);

    private final Timeline timeline = new Timeline(System::nanoTime, line -> {});

    @AfterEach
    void tell() {
        System.out.println(String.join("\n", timeline.lines()));
    }

    @Test
    void keptByTheBrokerItWaitsForTwoLeasesAndRunsOnce() throws InterruptedException {
        timeline.title("a delayed task kept in topics, lease 3 s and not renewed, delay 6 s (Lovage on Kafka)");
        QueueSpec queue = QueueSpec.of(BrokerFixture.newName()).withLease(LEASE);
        Task<String, String> task = Task.of("pitfall.delayed", String.class, String.class);
        List<Duration> executions = new CopyOnWriteArrayList<>();
        CountDownLatch once = new CountDownLatch(1);
        CountDownLatch twice = new CountDownLatch(2);
        try (Lovage first = connect();
                Lovage second = connect()) {
            for (Lovage lovage : List.of(first, second)) {
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
            first.send(task.with("flights.csv").queue(queue.name()).delay(DELAY));
            timeline.event("sent", "no worker has it");

            assertThat(once.await(BrokerFixture.PATIENCE.toSeconds(), TimeUnit.SECONDS))
                    .isTrue();
            boolean again = twice.await(LEASE.toSeconds() + 1, TimeUnit.SECONDS);

            assertThat(again).as("ran a second time").isFalse();
            assertThat(executions)
                    .singleElement()
                    .satisfies(at -> assertThat(at.minus(sent)).isGreaterThanOrEqualTo(DELAY));
            first.deleteQueue(queue.name());
        }
    }

    private static Lovage connect() {
        return Lovage.builder()
                .broker(TestServers.kafka().orSkip(Assumptions::abort).url() + "?lease=fixed")
                .results("disabled://")
                .build();
    }
}
