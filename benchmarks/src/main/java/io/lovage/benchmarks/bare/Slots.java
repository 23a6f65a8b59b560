package io.lovage.benchmarks.bare;

import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The threads in which tasks are run, and what went wrong in one of them. Thread-safe. */
public final class Slots implements AutoCloseable {
    private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
    private final ExecutorService threads;

    public Slots(int count) {
        threads = Executors.newFixedThreadPool(count);
    }

    /** Takes a task, runs it and acknowledges it. */
    @FunctionalInterface
    public interface Step {
        void run() throws Exception;
    }

    /** Runs a step as soon as a slot is free; done also when the step has failed. */
    public Future<?> run(Step step) {
        return threads.submit(() -> {
            try {
                step.run();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (Exception e) {
                failure.compareAndSet(null, e);
            }
        });
    }

    /** What somebody else has met. */
    public void failed(Exception why) {
        failure.compareAndSet(null, why);
    }

    /**
     * Looks whether all is well.
     *
     * @throws IOException when something went wrong, the first time
     */
    public void check() throws IOException {
        if (failure.get() != null) {
            throw new IOException("the worker has failed", failure.get());
        }
    }

    /** Interrupts what runs. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
