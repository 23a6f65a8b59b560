package io.lovage;

/**
 * A worker without threads of its own, for tests: each call takes at most one task and runs it to its settlement on the
 * caller's thread, retries, results and dead letters included. Wait for a result afterwards: nothing runs by itself.
 * Not thread-safe.
 */
public interface ManualWorker extends AutoCloseable {
    /** Runs one task that waits now. False when none does. */
    boolean runOne();

    /** Runs until no task waits, and says how many. Tasks that are delayed stay where they are. */
    int runAll();

    WorkerStats stats();

    @Override
    void close();
}
