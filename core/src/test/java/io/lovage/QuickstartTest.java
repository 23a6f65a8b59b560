package io.lovage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The code of the README and of the first page of the documentation. */
class QuickstartTest {
    private static final Duration SOON = Duration.ofSeconds(30);

    record Chunk(String file, long firstRow, int rows) {}

    record Summary(long rows, long rejected) {}

    static final Task<Chunk, Summary> IMPORT = Task.of("flights.import", Chunk.class, Summary.class);

    @Test
    void aTaskGoesToAWorkerAndItsResultComesBack() throws InterruptedException {
        try (Lovage lovage = Lovage.inMemory();
                Worker worker = lovage.worker()
                        .queues("celery")
                        .concurrency(8)
                        .handle(IMPORT, (chunk, context) -> new Summary(chunk.rows(), 0))
                        .start()) {
            AsyncResult<Summary> result = lovage.send(IMPORT, new Chunk("flights.csv", 0, 500));

            assertThat(result.get(SOON)).isEqualTo(new Summary(500, 0));
            assertThat(worker.name()).isEqualTo("worker");
        }
    }

    /** The story: the test of a new user hung, since under a clock that stands still no timeout ends. */
    @Test
    void whoWaitsBeforeAnythingHasRunIsToldWhatToDo() throws InterruptedException {
        ManualClock clock = new ManualClock();
        try (Lovage lovage = Lovage.inMemory(clock);
                ManualWorker worker = lovage.worker()
                        .handle(IMPORT, (chunk, context) -> new Summary(chunk.rows(), 0))
                        .manual()) {
            AsyncResult<Summary> result = lovage.send(IMPORT, new Chunk("flights.csv", 0, 500));

            assertThatThrownBy(() -> result.get(SOON))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("call runOne() or runAll() of a manual worker before get");
            assertThat(clock.waitingActions()).isZero();

            worker.runAll();
            assertThat(result.get(SOON)).isEqualTo(new Summary(500, 0));
        }
    }

    @Test
    void aStartedWorkerNeedsNoSteps() throws InterruptedException {
        try (Lovage lovage = Lovage.inMemory(new ManualClock());
                Worker worker = lovage.worker()
                        .handle(IMPORT, (chunk, context) -> new Summary(chunk.rows(), 0))
                        .start()) {
            assertThat(lovage.send(IMPORT, new Chunk("flights.csv", 0, 500)).get(SOON))
                    .isEqualTo(new Summary(500, 0));
            assertThat(worker.name()).isEqualTo("worker");
        }
    }

    @Test
    void manyTasksGoInOneBatch() throws InterruptedException {
        try (Lovage lovage = Lovage.inMemory();
                Worker worker = lovage.worker()
                        .queues("imports")
                        .handle(IMPORT, (chunk, context) -> new Summary(chunk.rows(), chunk.firstRow()))
                        .start()) {
            List<AsyncResult<Summary>> results = lovage.sendAll(IntStream.range(0, 100)
                    .mapToObj(i -> IMPORT.with(new Chunk("flights.csv", i, 10)).queue("imports"))
                    .toList());

            for (int i = 0; i < results.size(); i++) {
                assertThat(results.get(i).get(SOON)).isEqualTo(new Summary(10, i));
            }
            assertThat(worker.stop(SOON)).isEqualTo(Worker.Shutdown.FINISHED);
            assertThat(worker.stats().succeeded()).isEqualTo(100);
        }
    }

    @Test
    void usersTestTheirTasksWithoutThreadsOrSleeping() throws InterruptedException {
        try (Lovage lovage = Lovage.inMemory();
                ManualWorker worker = lovage.worker()
                        .handle(IMPORT, (chunk, context) -> new Summary(chunk.rows(), 0))
                        .manual()) {
            AsyncResult<Summary> result = lovage.send(IMPORT, new Chunk("flights.csv", 0, 500));

            assertThat(worker.runOne()).isTrue();
            assertThat(worker.runOne()).isFalse();
            assertThat(result.get(SOON)).isEqualTo(new Summary(500, 0));
        }
    }
}
