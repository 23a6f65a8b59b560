package io.lovage;

import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.QueueSpec;
import java.time.Duration;

/**
 * A process part that takes tasks from queues and runs their handlers. Thread-safe. Stops with {@link #stop} or with
 * the {@link Lovage} it came from.
 */
public interface Worker extends AutoCloseable {
    String name();

    WorkerStats stats();

    /**
     * Stops in stages: fetch no more and give back what was not started; let running tasks finish within {@code grace};
     * interrupt what still runs; release what is left, without counting it as an attempt. Returns the stage that ended
     * it. Idempotent; a second call shortens the grace to its own.
     */
    Shutdown stop(Duration grace);

    /** Waits until the worker has stopped, by whoever. */
    Shutdown awaitStopped() throws InterruptedException;

    /** Stops with the grace it was built with. */
    @Override
    void close();

    /** How a worker ended. */
    enum Shutdown {
        /** Everything that ran has finished and was settled. */
        FINISHED,
        /** Some handlers were interrupted and ended; their tasks were released. */
        INTERRUPTED,
        /** Some handlers did not end even when interrupted; their tasks were released all the same. */
        ABANDONED
    }

    /** Configures a worker; {@code start} validates everything at once. Not thread-safe. */
    interface Builder {
        /** The queues to take from, each with weight 1; the default queue when none is named. */
        Builder queues(String... names);

        /** A queue with its own lease, delivery limit or requirements, and its share of the slots. */
        Builder queue(QueueSpec queue, int weight);

        /** How many tasks run at once; the number of processors by default. */
        Builder concurrency(int slots);

        /**
         * How many deliveries may be in hand per queue, running ones included; {@code concurrency} by default, so that
         * no task waits behind a long one. A larger number makes short tasks faster.
         */
        Builder prefetch(int deliveries);

        /**
         * What operators see: {@code name@host}, or a name alone, which is then on this host; {@code lovage@<host>} by
         * default. Workers that are alive together must differ in it.
         */
        Builder name(String name);

        <A, R> Builder handle(Task<A, R> task, TaskHandler<A, R> handler);

        <A, R> Builder handle(Task<A, R> task, HandlerOptions options, TaskHandler<A, R> handler);

        Builder tasks(TaskSet tasks);

        /** How long running tasks may go on when the worker stops; 30 s by default. */
        Builder grace(Duration grace);

        /** Whether leases are renewed; off only to see what happens without. On by default. */
        Builder renewLeases(boolean renew);

        /**
         * Whether it is a node of the Celery system, where the broker has broadcasts: sends heartbeats, and obeys
         * remote control by whoever may use the broker, {@code shutdown} included. On by default, as in Celery.
         */
        Builder remoteControl(boolean on);

        /** Whether it tells of its tasks in events, from the start; off by default. Operators can switch it. */
        Builder taskEvents(boolean on);

        /**
         * Declares the queues and starts.
         *
         * @throws ConfigurationException naming everything that is wrong
         * @throws BrokerException when a queue cannot be declared or lacks what is required
         */
        Worker start();

        /** A worker without threads that runs one task per call, for tests. */
        ManualWorker manual();
    }
}
