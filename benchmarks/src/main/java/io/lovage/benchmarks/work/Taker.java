package io.lovage.benchmarks.work;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Takes waiting tasks, runs and settles them. Used by one thread. */
public interface Taker extends AutoCloseable {
    /** Runs so many tasks; returns when all are settled, or when no more have come for some seconds. */
    void run(int tasks) throws Exception;

    @Override
    void close() throws IOException, TimeoutException;

    /** Runs so many tasks. */
    @FunctionalInterface
    interface Run {
        void of(int tasks) throws Exception;
    }

    /** From its two halves. */
    static Taker of(Run run, Runnable close) {
        return new Taker() {
            @Override
            public void run(int tasks) throws Exception {
                run.of(tasks);
            }

            @Override
            public void close() {
                close.run();
            }
        };
    }
}
