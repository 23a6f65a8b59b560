package io.lovage.benchmarks.work;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** One piece of work, done again and again: {@code prepare}, {@code run}, {@code verify}. Used by one thread. */
public interface Work extends AutoCloseable {
    /** Brings about what {@code run} begins with. Not measured. */
    void prepare() throws Exception;

    /** Does the work for every task of the piece. Measured. */
    void run() throws Exception;

    /**
     * Looks at what {@code run} left behind. Not measured.
     *
     * @throws IllegalStateException when it did less than it had to
     */
    void verify() throws Exception;

    @Override
    void close() throws IOException, TimeoutException;
}
