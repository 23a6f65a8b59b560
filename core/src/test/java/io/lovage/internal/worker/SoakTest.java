package io.lovage.internal.worker;

import static io.lovage.internal.client.Playground.SOON;
import static io.lovage.internal.client.Playground.SQUARE;
import static io.lovage.internal.client.Playground.waitUntil;
import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.RetryPolicy;
import io.lovage.Worker;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class SoakTest {
    private static final int BATCH = 1000;

    @Test
    @DisplayName("R10.7 the heap does not grow with the number of tasks that were done")
    void theHeapDoesNotGrowWithWhatWasDone() {
        RetryPolicy once =
                RetryPolicy.builder().maxRetries(1).fixedDelay(Duration.ZERO).build();
        AtomicInteger done = new AtomicInteger();
        try (Lovage lovage = Lovage.inMemory();
                Worker worker = lovage.worker()
                        .concurrency(4)
                        .prefetch(200)
                        .handle(SQUARE, HandlerOptions.ofDefaults().retry(once), (x, context) -> {
                            if (x % 100 == 0 && context.attempt() == 1) {
                                throw new IllegalStateException("every hundredth is tried twice");
                            }
                            done.incrementAndGet();
                            return x;
                        })
                        .start()) {
            run(lovage, worker, done, 10_000);
            long before = usedAfterGc();

            run(lovage, worker, done, 110_000);

            assertThat(usedAfterGc() - before).isLessThan(8L << 20);
            assertThat(worker.stop(SOON)).isEqualTo(Worker.Shutdown.FINISHED);
            assertThat(worker.stats().succeeded()).isEqualTo(110_000);
            assertThat(worker.stats().retried()).isEqualTo(1_100);
        }
    }

    private static void run(Lovage lovage, Worker worker, AtomicInteger done, int until) {
        for (int sent = done.get(); sent < until; sent += BATCH) {
            lovage.sendAll(IntStream.range(sent, sent + BATCH)
                    .mapToObj(x -> SQUARE.with(x).ignoreResult())
                    .toList());
        }
        waitUntil(() -> worker.stats().succeeded() == until);
    }

    private static long usedAfterGc() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
