package io.lovage.benchmarks.work;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** One piece of work, done again and again: {@code prepare}, {@code run}, {@code verify}. Used by one thread. */
public interface Work extends AutoCloseable {
    /** Brings about what {@code run} begins with, for so many tasks. Not measured. */
    void prepare(int tasks) throws Exception;

    /** Does the work for every task of the piece. Measured. */
    void run() throws Exception;

    /** Looks what became of each task. Not measured. */
    Tally verify() throws Exception;

    /** What the worker saw come that was not the first delivery of its message; 0 where there is no worker. */
    default long redelivered() {
        return 0;
    }

    @Override
    void close() throws IOException, TimeoutException;
}
