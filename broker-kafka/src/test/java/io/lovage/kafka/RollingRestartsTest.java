package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.fixtures.StepProcess;
import io.lovage.fixtures.StepProgram;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Twenty workers that end one after the other, each while it runs the same task. Kafka gives a message out ten times at
 * most, and then drops it without a word.
 */
@OnSharedServer
class RollingRestartsTest {
    private static final int RESTARTS = 20;

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final WholeWorkers workers = new WholeWorkers(kafka.url());
    private Lovage lovage;

    @BeforeEach
    void connect() {
        lovage = workers.connect();
    }

    @AfterEach
    void close() throws Exception {
        workers.close();
    }

    private void isDone(AsyncResult<String> result, QueueSpec queue) throws InterruptedException {
        assertThat(result.get(WholeWorkers.PATIENCE)).isEqualTo("done");
        assertThat(lovage.deadLetters(queue.name()).list(10)).isEmpty();
    }

    @Test
    @DisplayName("R7.1 R7.2 a task in progress survives twenty workers that are killed, and its count goes on")
    void killed() throws InterruptedException {
        QueueSpec queue = WholeWorkers.queue().withDeliveryLimit(100);
        List<Integer> counts = new ArrayList<>();
        StepProcess running = workers.process(queue, 1, "done").ready();
        AsyncResult<String> result =
                lovage.send(StepProgram.STEP.with(StepProgram.HELD).queue(queue.name()));
        counts.add(running.begun().deliveryCount());
        for (int restart = 1; restart <= RESTARTS; restart++) {
            StepProcess next = workers.process(queue, 1, "done").ready();
            running.kill();
            running = next;
            counts.add(running.begun().deliveryCount());
        }
        running.end();

        isDone(result, queue);
        WholeWorkers.tell("twenty times kill -9: deliveries " + counts);
        assertThat(counts).isSorted().doesNotHaveDuplicates();
        assertThat(counts.get(RESTARTS)).isEqualTo(RESTARTS + 1);
    }

    @Test
    @DisplayName("R7.4 a task in progress survives twenty workers that are stopped, below the limit of ten deliveries")
    void stopped() throws InterruptedException {
        QueueSpec queue = WholeWorkers.queue();
        BlockingQueue<Integer> begun = new LinkedBlockingQueue<>();
        CountDownLatch end = new CountDownLatch(1);
        List<Integer> counts = new ArrayList<>();
        Worker running = holding(queue, begun, end);
        AsyncResult<String> result =
                lovage.send(StepProgram.STEP.with(StepProgram.HELD).queue(queue.name()));
        counts.add(next(begun));
        for (int restart = 1; restart <= RESTARTS; restart++) {
            Worker next = holding(queue, begun, end);
            assertThat(running.stop(Duration.ZERO)).isEqualTo(Worker.Shutdown.INTERRUPTED);
            running = next;
            counts.add(next(begun));
        }
        end.countDown();

        isDone(result, queue);
        WholeWorkers.tell("twenty restarts: deliveries " + counts);
        assertThat(counts).allMatch(count -> count <= QueueSpec.DEFAULT_DELIVERY_LIMIT);
    }

    private Worker holding(QueueSpec queue, BlockingQueue<Integer> begun, CountDownLatch end) {
        return workers.ends(workers.connect()
                .worker()
                .queue(queue, 1)
                .concurrency(1)
                .handle(StepProgram.STEP, (name, context) -> {
                    begun.add(context.deliveryCount());
                    end.await();
                    return "done";
                })
                .start());
    }

    private static int next(BlockingQueue<Integer> begun) throws InterruptedException {
        Integer count = begun.poll(WholeWorkers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(count).as("the task begins again").isNotNull();
        return count;
    }
}
