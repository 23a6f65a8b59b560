package io.lovage.examples.quickstart;

import io.lovage.AsyncResult;
import io.lovage.HandlerOptions;
import io.lovage.Lovage;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.Worker;
import java.time.Duration;

public final class Quickstart {
    // shared by both sides
    public record Chunk(String file, long firstRow, int rows) {}

    public record Summary(long rows, long rejected) {}

    static final Task<Chunk, Summary> IMPORT = Task.of("flights.import", Chunk.class, Summary.class);

    private Quickstart() {}

    // the producer
    static void send(Lovage lovage) throws InterruptedException {
        AsyncResult<Summary> result = lovage.send(IMPORT, new Chunk("flights.csv", 0, 500)); // the broker has it now
        System.out.println(result.get(Duration.ofSeconds(30)));
    }

    // the worker: as a rule another process, on another machine
    static Worker work(Lovage lovage) {
        return lovage.worker()
                .queues("celery")
                .concurrency(8)
                .handle(
                        IMPORT,
                        HandlerOptions.ofDefaults().retry(RetryPolicy.ofDefaults()),
                        (chunk, context) -> new Summary(chunk.rows(), 0))
                .start();
    }

    public static void main(String[] args) throws InterruptedException {
        String broker = args.length > 0 ? args[0] : "amqp://guest:guest@localhost:5672/";
        try (Lovage lovage = Lovage.connect(broker)) { // its end stops the worker
            work(lovage);
            send(lovage);
        }
    }
}
