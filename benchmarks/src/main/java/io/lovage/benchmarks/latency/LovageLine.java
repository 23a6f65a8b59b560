package io.lovage.benchmarks.latency;

import io.lovage.Lovage;
import io.lovage.Worker;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.work.Setup;
import io.lovage.benchmarks.workload.Chunk;
import io.lovage.benchmarks.workload.Workload;
import java.time.Duration;
import java.util.concurrent.CompletionStage;

/** Lovage as two programs use it: one sends, the other one has a worker. Thread-safe. */
final class LovageLine implements Line {
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final String queue;
    private final Lovage producer;
    private final Lovage consumer;
    private final Worker worker;

    LovageLine(Setup setup, Handling handling) {
        queue = setup.queue();
        consumer = connect(setup);
        // what is in memory is seen through one connection only
        producer = setup.contender() == Contender.MEMORY ? consumer : connect(setup);
        worker = consumer.worker()
                .concurrency(Lines.SLOTS)
                .prefetch(Lines.prefetch(setup.contender()))
                .handle(Workload.IMPORT, (chunk, context) -> {
                    handling.run(chunk);
                    return null;
                })
                .start();
    }

    /** Only makes the queue, as a worker makes it. */
    static void declare(Setup setup) {
        try (Lovage lovage = connect(setup)) {
            Worker worker = lovage.worker()
                    .handle(Workload.IMPORT, (chunk, context) -> null)
                    .start();
            worker.stop(GRACE);
        }
    }

    /** Deletes what {@link #declare} has made. */
    static void delete(Setup setup) {
        try (Lovage lovage = connect(setup)) {
            lovage.deleteQueue(setup.queue());
        }
    }

    private static Lovage connect(Setup setup) {
        return Lovage.builder()
                .broker(setup.lovageUrl())
                .results("disabled://")
                .defaultQueue(setup.queue())
                .build();
    }

    @Override
    public CompletionStage<?> send(Chunk chunk) {
        return producer.sendAsync(Workload.IMPORT.with(chunk).ignoreResult());
    }

    @Override
    public void check() {
        // a worker that meets an error goes on, and the task comes again
    }

    @Override
    public void close() {
        worker.stop(GRACE);
        consumer.deleteQueue(queue);
        producer.close();
        consumer.close();
    }
}
