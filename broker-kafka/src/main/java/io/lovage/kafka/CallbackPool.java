package io.lovage.kafka;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs what users left to be run, each task at once on a thread of its own. Kafka's own threads come here, and end for
 * good when an Error meets them: so where no thread can be had, the task waits for a moment and tries again.
 * Thread-safe.
 */
final class CallbackPool implements Executor {
    private static final Duration IDLE = Duration.ofSeconds(30);
    private static final Duration AGAIN = Duration.ofMillis(500);

    private final ExecutorService pool;
    private final TimeSource time;

    CallbackPool(ThreadFactory threads, TimeSource time) {
        // a failure is told also when it is found out by closing
        RejectedExecutionHandler whenClosed = (task, closed) -> task.run();
        this.pool = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE.toMillis(),
                TimeUnit.MILLISECONDS,
                new SynchronousQueue<>(),
                threads,
                whenClosed);
        this.time = time;
    }

    @Override
    public void execute(Runnable task) {
        try {
            pool.execute(task);
        } catch (OutOfMemoryError e) { // no thread can be made now
            time.after(AGAIN, () -> execute(task));
        }
    }

    /** What was begun goes on; what comes now runs on the thread that brings it. */
    void shutdown() {
        pool.shutdown();
    }
}
