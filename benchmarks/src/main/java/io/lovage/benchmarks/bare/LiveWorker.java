package io.lovage.benchmarks.bare;

import java.io.IOException;
import java.util.concurrent.TimeoutException;

/** Runs what comes until it is closed. Thread-safe. */
public interface LiveWorker extends AutoCloseable {
    /**
     * Looks whether all is well.
     *
     * @throws IOException when something went wrong in the meantime
     */
    void check() throws IOException;

    /** Stops; tasks that run are interrupted. */
    @Override
    void close() throws IOException, TimeoutException;
}
