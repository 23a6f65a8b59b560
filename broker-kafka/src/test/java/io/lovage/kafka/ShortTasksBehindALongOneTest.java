package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.fixtures.StepProgram;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * One call brings a long task and those behind it with one fetch, whose lane gets nothing more while the long one runs.
 */
@OnSharedServer
class ShortTasksBehindALongOneTest {
    private static final int SHORT_TASKS = 50;
    /** All of them take longer than a long task may hold them back, so that some are left then. */
    private static final int SHORT_MILLIS = 40;

    private final KafkaServer kafka = TestServers.kafka().orSkip(Assumptions::abort);
    private final WholeWorkers workers = new WholeWorkers(kafka.url());
    private final QueueSpec queue = WholeWorkers.queue();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Set<String> ran = ConcurrentHashMap.newKeySet();
    private final Set<String> twice = ConcurrentHashMap.newKeySet();
    private final Set<Integer> counts = ConcurrentHashMap.newKeySet();

    @AfterEach
    void close() throws Exception {
        end.countDown();
        workers.close();
    }

    @Test
    @DisplayName(
            "R4.2 R7.4 short tasks behind a long one are done while it runs, and what was given back is not counted")
    void shortTasksAreDoneWhileTheLongOneRuns() throws InterruptedException {
        Lovage lovage = workers.connect();
        List<AsyncResult<String>> sent = send(lovage, "first", true);
        startWorker();
        AsyncResult<String> held = sent.get(0);

        assertDone(sent.subList(1, sent.size()));
        assertThat(held.state().isFinal()).isFalse();

        List<AsyncResult<String>> later = send(lovage, "later", false);
        assertDone(later);
        assertThat(held.state().isFinal()).isFalse();

        end.countDown();
        assertDone(List.of(held));
        assertThat(ran).hasSize(1 + 2 * SHORT_TASKS);
        assertThat(twice).isEmpty();
        assertThat(counts).containsExactly(1);
    }

    private List<AsyncResult<String>> send(Lovage lovage, String name, boolean behindALongOne) {
        return lovage.sendAll(IntStream.rangeClosed(behindALongOne ? 0 : 1, SHORT_TASKS)
                .mapToObj(i -> StepProgram.STEP
                        .with(i == 0 ? StepProgram.HELD : name + i)
                        .queue(queue.name()))
                .toList());
    }

    private static void assertDone(List<AsyncResult<String>> results) throws InterruptedException {
        for (AsyncResult<String> result : results) {
            assertThat(result.get(WholeWorkers.PATIENCE)).isEqualTo("done");
        }
    }

    private void startWorker() {
        workers.ends(workers.connect()
                .worker()
                .queue(queue, 1)
                .concurrency(2)
                .handle(StepProgram.STEP, (name, context) -> {
                    if (!ran.add(name)) {
                        twice.add(name);
                    }
                    counts.add(context.deliveryCount());
                    if (name.equals(StepProgram.HELD)) {
                        end.await();
                    } else {
                        end.await(SHORT_MILLIS, TimeUnit.MILLISECONDS);
                    }
                    return "done";
                })
                .start());
    }
}
