package io.lovage.examples.bulkimport;

import io.lovage.HandlerOptions;
import io.lovage.RetryPolicy;
import io.lovage.Task;
import io.lovage.TaskContext;
import io.lovage.TaskSet;
import io.lovage.Worker;
import java.io.IOException;

/** The tasks of the import's workers. */
public final class ImportTasks implements TaskSet {
    public static final Task<Chunk, ChunkProfile> PROFILE =
            Task.of("bulkimport.profile", Chunk.class, ChunkProfile.class);

    /** A file that is not there, or not the same any more, stays so; other trouble with reading may pass. */
    private static final HandlerOptions OPTIONS = HandlerOptions.ofDefaults()
            .retry(RetryPolicy.builder()
                    .retryOn(IOException.class)
                    .abortOn(UnusableFileException.class)
                    .build());

    private final Gate gate;

    public ImportTasks() {
        this((chunk, context) -> {});
    }

    public ImportTasks(Gate gate) {
        this.gate = gate;
    }

    @Override
    public void register(Worker.Builder worker) {
        worker.handle(PROFILE, OPTIONS, this::profile);
    }

    private ChunkProfile profile(Chunk chunk, TaskContext context) throws IOException, InterruptedException {
        gate.pass(chunk, context);
        return new ChunkProfiler(chunk).run(new ChunkProfile.Run(context.attempt(), context.deliveryCount()));
    }

    /** Where a chunk can be seen, and held up, before it is worked on. Called by several threads at once. */
    @FunctionalInterface
    public interface Gate {
        void pass(Chunk chunk, TaskContext context) throws InterruptedException;
    }
}
