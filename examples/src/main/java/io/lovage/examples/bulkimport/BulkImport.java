package io.lovage.examples.bulkimport;

import io.lovage.AsyncResult;
import io.lovage.Lovage;
import io.lovage.Signature;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Runs an import: sends the chunks, never more at a time than a window, and merges what comes back. Memory does not
 * grow with the size of the file. One object for one import; not thread-safe.
 */
public final class BulkImport {
    private static final Duration PATIENCE = Duration.ofMillis(200);

    private final Lovage lovage;
    private final Settings settings;
    private final Sketch sketch;
    private final ImportObserver observer;
    private final TableMerger merger;
    /** What threads of the result backend want done here. */
    private final BlockingQueue<Runnable> events = new LinkedBlockingQueue<>();

    private Optional<Chunk> next = Optional.empty();
    private Optional<Throwable> failure = Optional.empty();
    private boolean halfWayPassed;
    private int tasks;
    private int underWay;
    private long bytes;
    private long retries;
    private long redelivered;

    /**
     * How the work is cut and sent.
     *
     * @param chunkRows at most so many rows are one task
     * @param window at most so many tasks are under way
     * @param pauseHalfWay whether {@link ImportObserver#halfWay} is called
     */
    public record Settings(String queue, int chunkRows, int window, boolean pauseHalfWay) {}

    public BulkImport(Lovage lovage, Settings settings, Sketch sketch, ImportObserver observer) {
        this.lovage = lovage;
        this.settings = settings;
        this.sketch = sketch;
        this.observer = observer;
        this.merger = new TableMerger(sketch.table());
        this.bytes = sketch.data();
    }

    /**
     * Imports the file and returns when every chunk is merged.
     *
     * @throws io.lovage.TaskFailedException when a chunk task failed for good
     * @throws io.lovage.spi.BrokerException when chunks cannot be sent
     * @throws IOException when the file cannot be read any more
     */
    public ImportResult run() throws IOException, InterruptedException {
        try (ChunkCutter cutter = new ChunkCutter(sketch, settings.chunkRows())) {
            next = cutter.next();
            while (next.isPresent() || underWay > 0) {
                if (underWay <= settings.window() / 2) {
                    sendMore(cutter);
                }
                if (underWay > 0) {
                    awaitEvent();
                }
            }
        }
        return new ImportResult(merger.profile(), tasks, retries, redelivered);
    }

    private void sendMore(ChunkCutter cutter) throws IOException {
        if (pausedHalfWay() && underWay == 0) {
            halfWayPassed = true;
            observer.halfWay();
        }
        List<Chunk> batch = new ArrayList<>();
        while (next.isPresent() && !pausedHalfWay() && underWay + batch.size() < settings.window()) {
            batch.add(next.get());
            next = cutter.next();
        }
        send(batch);
    }

    private boolean pausedHalfWay() {
        return settings.pauseHalfWay()
                && !halfWayPassed
                && next.map(Chunk::slice)
                        .filter(slice ->
                                slice.offset() + slice.length() > sketch.table().bytes() / 2)
                        .isPresent();
    }

    private void send(List<Chunk> batch) {
        List<Signature<Chunk, ChunkProfile>> signatures = batch.stream()
                .map(chunk -> ImportTasks.PROFILE.with(chunk).queue(settings.queue()))
                .toList();
        List<AsyncResult<ChunkProfile>> results = signatures.isEmpty() ? List.of() : lovage.sendAll(signatures);
        for (int i = 0; i < results.size(); i++) {
            underWay++;
            await(batch.get(i), results.get(i));
        }
    }

    private void await(Chunk chunk, AsyncResult<ChunkProfile> result) {
        var unused = result.future()
                .whenComplete((profile, thrown) -> events.add(() -> {
                    if (profile == null) {
                        failure = Optional.of(
                                thrown == null ? new IllegalStateException("a chunk without result") : thrown);
                    } else {
                        merge(chunk, profile);
                        result.forget();
                    }
                }));
    }

    private void merge(Chunk chunk, ChunkProfile profile) {
        underWay--;
        if (merger.add(profile)) {
            tasks++;
            bytes += chunk.slice().length();
            retries += profile.run().attempt() - 1L;
            redelivered += profile.run().deliveryCount() - 1L;
            observer.progressed(new Progress(
                    tasks,
                    merger.rows(),
                    merger.rejected(),
                    bytes,
                    sketch.table().bytes()));
        }
    }

    private void awaitEvent() throws InterruptedException {
        @Nullable Runnable event = events.poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        if (event == null) {
            observer.waiting();
        } else {
            event.run();
        }
        if (failure.isPresent()) {
            throw unwrapped(failure.get());
        }
    }

    private static RuntimeException unwrapped(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        return cause instanceof RuntimeException known ? known : new IllegalStateException(cause);
    }
}
