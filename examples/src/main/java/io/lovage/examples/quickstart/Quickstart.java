package io.lovage.examples.quickstart;

import io.lovage.AsyncResult;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.Worker;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Producer and worker of the README, in one process so that they run on every broker, {@code memory://} included. */
public final class Quickstart {
    // shared by both sides
    /** The argument of the task. */
    public record Chunk(String file, long firstRow, int rows) {}

    /** The result of the task. */
    public record Summary(long rows, long rejected) {}

    static final Task<Chunk, Summary> IMPORT = Task.of("flights.import", Chunk.class, Summary.class);

    private Quickstart() {}

    /** What the application has of its own. */
    @FunctionalInterface
    public interface Importer {
        Summary load(Chunk chunk) throws Exception;
    }

    /** Sends one task, runs it, and returns its result. */
    public static @Nullable Summary run(String brokerUrl, Importer importer) throws InterruptedException {
        try (Lovage lovage = Lovage.connect(brokerUrl)) {
            Worker worker = lovage.worker()
                    .queues("celery")
                    .concurrency(8)
                    .handle(
                            IMPORT,
                            HandlerOptions.ofDefaults().retry(RetryPolicy.ofDefaults()),
                            (chunk, context) -> importer.load(chunk))
                    .start();

            AsyncResult<Summary> result = lovage.send(IMPORT, new Chunk("flights.csv", 0, 500));
            Summary summary = result.get(Duration.ofSeconds(30));
            worker.close();
            return summary;
        }
    }
}
