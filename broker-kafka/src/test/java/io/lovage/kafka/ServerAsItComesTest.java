package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Task;
import io.lovage.Worker;
import io.lovage.fixtures.StepProcess;
import io.lovage.fixtures.StepProgram;
import io.lovage.spi.QueueSpec;
import io.lovage.testservers.KafkaServer;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Whole workers on a server whose settings of share groups are Kafka's own: long heartbeats, sessions and locks. */
@OnOwnServers
class ServerAsItComesTest {
    /** As declared by {@code Capabilities.crashBound}. */
    private static final Duration CRASH_BOUND = Duration.ofSeconds(3);

    private static KafkaServer kafka;

    private final QueueSpec queue = WholeWorkers.queue();
    private WholeWorkers workers;
    private Lovage lovage;

    @BeforeAll
    static void startKafka() {
        kafka = TestServers.startKafka(WholeWorkers.asItComes()).orSkip(Assumptions::abort);
    }

    @AfterAll
    static void stopKafka() {
        if (kafka != null) {
            kafka.stop();
        }
    }

    @BeforeEach
    void connect() {
        workers = new WholeWorkers(kafka.url());
        lovage = workers.connect();
    }

    @AfterEach
    void close() throws Exception {
        workers.close();
    }

    @Nested
    class AtOnce {
        private static final int TASKS = 16;
        private static final Task<Integer, Integer> MEET = Task.of("proof.meet", Integer.class, Integer.class);

        private final CountDownLatch meeting = new CountDownLatch(TASKS);

        private void startWorker() {
            workers.ends(workers.connect()
                    .worker()
                    .queue(queue, 1)
                    .concurrency(TASKS)
                    .handle(MEET, (number, context) -> {
                        meeting.countDown();
                        meeting.await();
                        return number;
                    })
                    .start());
        }

        private void areDone(List<AsyncResult<Integer>> results, long since, String how) throws InterruptedException {
            for (int number = 0; number < TASKS; number++) {
                assertThat(results.get(number).get(WholeWorkers.PATIENCE)).isEqualTo(number);
            }
            WholeWorkers.tell("16 tasks at once from one partition, " + how + ", after " + since(since));
        }

        @Test
        @DisplayName("16 tasks run at once from a topic with one partition, from a cold start with default settings")
        void fromAColdStart() throws InterruptedException {
            declare();
            List<AsyncResult<Integer>> results = lovage.sendAll(IntStream.range(0, TASKS)
                    .mapToObj(number -> MEET.with(number).queue(queue.name()))
                    .toList());
            long start = System.nanoTime();
            startWorker();

            areDone(results, start, "cold start");
        }

        @Test
        @DisplayName("16 tasks run at once from a topic with one partition, also when they come while others run")
        void whenTheyComeOneAfterTheOther() throws InterruptedException {
            startWorker();
            List<AsyncResult<Integer>> results = new ArrayList<>();
            results.add(lovage.send(MEET.with(0).queue(queue.name())));
            Awaitility.await("the first one begins")
                    .atMost(WholeWorkers.PATIENCE)
                    .until(() -> meeting.getCount() < TASKS);
            long start = System.nanoTime();
            for (int number = 1; number < TASKS; number++) {
                results.add(lovage.send(MEET.with(number).queue(queue.name())));
            }

            areDone(results, start, "the first one alone, the others while it runs");
        }

        @Test
        @DisplayName("a task that does not end holds back none of the 3,900 that come after it")
        void aTaskThatDoesNotEndHoldsBackNobody() throws InterruptedException {
            int others = 3_900; // 4,000 are declared
            CountDownLatch end = new CountDownLatch(1);
            CountDownLatch left = new CountDownLatch(others);
            workers.ends(workers.connect()
                    .worker()
                    .queue(queue, 1)
                    .concurrency(4)
                    .handle(MEET, (number, context) -> {
                        if (number < 0) {
                            end.await();
                        } else {
                            left.countDown();
                        }
                        return number;
                    })
                    .start());
            AsyncResult<Integer> endless = lovage.send(MEET.with(-1).queue(queue.name()));
            lovage.sendAll(IntStream.range(0, others)
                    .mapToObj(number -> MEET.with(number).queue(queue.name()).ignoreResult())
                    .toList());
            long start = System.nanoTime();

            boolean all = left.await(WholeWorkers.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            WholeWorkers.tell("beside a task that does not end " + (others - left.getCount()) + " of " + others
                    + " ran in " + since(start));
            end.countDown();

            assertThat(all).isTrue();
            assertThat(endless.get(WholeWorkers.PATIENCE)).isEqualTo(-1);
        }
    }

    /** Sending to a queue that was never declared is refused, and a worker is what declares it. */
    private void declare() {
        Worker worker = lovage.worker()
                .queue(queue, 1)
                .handle(StepProgram.STEP, (name, context) -> name)
                .start();
        worker.stop(Duration.ZERO);
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }

    @Nested
    class KilledWorkers {
        private static final int TASKS = 4;

        private List<AsyncResult<String>> sendHeld() {
            return lovage.sendAll(IntStream.range(0, TASKS)
                    .mapToObj(i -> StepProgram.STEP.with(StepProgram.HELD + i).queue(queue.name()))
                    .toList());
        }

        private Set<StepProcess.Begun> begun(StepProcess process) throws InterruptedException {
            Set<StepProcess.Begun> all = new HashSet<>();
            while (all.size() < TASKS) {
                all.add(process.begun());
            }
            return all;
        }

        private Set<StepProcess.Begun> held(int count) {
            return new HashSet<>(IntStream.range(0, TASKS)
                    .mapToObj(i -> new StepProcess.Begun(StepProgram.HELD + i, count))
                    .toList());
        }

        @Test
        @DisplayName(
                "R4.3 kill -9 of a worker: its tasks run elsewhere within 3 s, and once more of who takes them over")
        void itsTasksRunElsewhere() throws InterruptedException {
            StepProcess first = workers.process(queue, TASKS).ready();
            List<AsyncResult<String>> results = sendHeld();
            assertThat(begun(first)).isEqualTo(held(1));
            StepProcess second = workers.process(queue, TASKS).ready();
            AsyncResult<String> quick =
                    lovage.send(StepProgram.STEP.with("quick").queue(queue.name()));
            assertThat(quick.get(WholeWorkers.PATIENCE)).isEqualTo("worker-2"); // a member of the group by now

            long killed = System.nanoTime();
            first.kill();
            second.begun(); // the quick one
            assertThat(begun(second)).isEqualTo(held(2));
            Duration elsewhere = since(killed);
            WholeWorkers.tell("kill -9 of a worker with " + TASKS + " tasks: run elsewhere after " + elsewhere);
            assertThat(elsewhere).isLessThan(CRASH_BOUND);

            second.end();
            for (AsyncResult<String> result : results) {
                assertThat(result.get(WholeWorkers.PATIENCE)).isEqualTo("worker-2");
            }
        }
    }
}
