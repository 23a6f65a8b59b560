package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.TaskFailedException;
import io.lovage.fixtures.StepProgram;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * A task that kills whatever worker runs it. A worker takes a batch, dies, and each message of the batch has been
 * handed out once more, also those that never ran; were every life of the worker to begin with the same batch, all of
 * it would reach the delivery limit together with the one that is guilty.
 */
@OnSharedServer
class DeadlyTaskTest {
    private static final int LIMIT = 3;
    private static final int TASKS = 150;
    /** As many as one batch brings them all. */
    private static final int SLOTS = 16;

    private static final int DEADLY = 4;

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final WholeWorkers workers = new WholeWorkers(kafka.url());

    @AfterEach
    void close() throws Exception {
        workers.close();
    }

    @Test
    @DisplayName("R7.2 R7.4 a task that kills its workers is a dead letter, and those that were fetched with it run")
    void onlyTheGuiltyOneDies() throws InterruptedException {
        QueueSpec queue = WholeWorkers.queue().withDeliveryLimit(LIMIT);
        Lovage lovage = workers.connect();
        List<AsyncResult<String>> results = lovage.sendAll(IntStream.range(0, TASKS)
                .mapToObj(i -> StepProgram.STEP
                        .with((i == DEADLY ? StepProgram.DEADLY : "task") + i)
                        .queue(queue.name()))
                .toList());

        for (int life = 1; life <= LIMIT; life++) {
            workers.process(queue, SLOTS, "life-" + life).died();
        }
        workers.process(queue, SLOTS, "last");

        for (int i = 0; i < TASKS; i++) {
            if (i != DEADLY) {
                assertThat(results.get(i).get(WholeWorkers.PATIENCE)).isNotEmpty();
            }
        }
        assertThatThrownBy(() -> results.get(DEADLY).get(WholeWorkers.PATIENCE))
                .isInstanceOf(TaskFailedException.class);
        // the failure is told a moment before the dead letter is settled
        await().atMost(WholeWorkers.PATIENCE)
                .untilAsserted(() ->
                        assertThat(lovage.deadLetters(queue.name()).list(TASKS)).hasSize(1));
    }
}
