package io.lovage;

import io.lovage.spi.BrokerException;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.PublishException;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/**
 * A connection to a task queue: sends tasks, hands out their results, and makes workers. Thread-safe; an application
 * needs one.
 *
 * <pre>{@code
 * try (Lovage lovage = Lovage.connect("amqp://guest:guest@localhost:5672/")) {
 *     AsyncResult<Summary> result = lovage.send(IMPORT, new Chunk("flights.csv", 0, 500));
 *     Summary summary = result.get(Duration.ofSeconds(30));
 * }
 * }</pre>
 */
public interface Lovage extends AutoCloseable {
    /**
     * Connects to a broker; the module for the URL's scheme must be on the class path.
     *
     * @throws ConfigurationException when the URL or an option is wrong, or no module serves the scheme
     * @throws BrokerException when the broker cannot be reached or refuses
     */
    static Lovage connect(String brokerUrl) {
        return builder().broker(brokerUrl).build();
    }

    /** A queue in this JVM, without a server; nothing else sees it, and it ends with {@code close}. */
    static Lovage inMemory() {
        return connect("memory://");
    }

    /**
     * A queue in this JVM whose time is the caller's: for tests without sleeping, see {@link Worker.Builder#manual}.
     * With a {@code ManualClock} and without a started worker nothing runs by itself, so a result is there after
     * {@link ManualWorker#runOne}, not before; {@link AsyncResult#get} says so instead of waiting for ever.
     */
    static Lovage inMemory(TimeSource time) {
        return builder().broker("memory://").time(time).build();
    }

    static Builder builder() {
        return LovageEngine.load().newBuilder();
    }

    /**
     * Sends a task to its default queue. Returns once the broker has confirmed it.
     *
     * @throws PublishException when it was not confirmed; says whether a retry can help
     * @throws IllegalArgumentException when the argument cannot be written as JSON; nothing was sent
     */
    <A, R> AsyncResult<R> send(Task<A, R> task, A argument);

    /**
     * Sends a task with options. Returns once the broker has confirmed it; throws as {@link #send(Task, Object)} does.
     */
    <A, R> AsyncResult<R> send(Signature<A, R> signature);

    /**
     * Sends without waiting for the confirm: the stage completes when the broker has it, or fails as {@code send}
     * throws.
     */
    <A, R> CompletionStage<AsyncResult<R>> sendAsync(Signature<A, R> signature);

    /**
     * Sends many in one confirmed batch: much faster than one by one. Either all are confirmed or the exception names
     * those that are not.
     */
    <R> List<AsyncResult<R>> sendAll(List<? extends Signature<?, R>> signatures);

    /** The result of a task that was sent earlier, perhaps by another process. Asks nobody yet. */
    <A, R> AsyncResult<R> result(Task<A, R> task, String id);

    Worker.Builder worker();

    /** The messages of this queue that will not be tried again. */
    DeadLetters deadLetters(String queue);

    /**
     * Deletes a queue with everything in it, and then its dead-letter queue {@code <name>.dead} likewise. Does nothing
     * where there is none. For operators, and for queues that were made for one purpose and have served it.
     *
     * @throws BrokerException when the broker cannot be asked or refuses
     */
    void deleteQueue(String queue);

    /**
     * Closes the connections. Workers made here are stopped first; then whoever still waits for a result gets a
     * {@link BrokerException}. Idempotent: a second call returns when the first has come to its end, inside a handler
     * at once.
     */
    @Override
    void close();

    /** Configures a connection; {@code build} validates everything at once. Not thread-safe. */
    interface Builder {
        Builder broker(String url);

        /** The result backend; without it the broker's own is used. {@code disabled://} keeps no results. */
        Builder results(String url);

        /** The queue for signatures that name none; {@code celery} as in Celery. */
        Builder defaultQueue(String name);

        /** What operators see on the server, and the prefix of thread names; {@code lovage} by default. */
        Builder name(String name);

        Builder connectTimeout(Duration timeout);

        /** How long the broker may take to confirm a publish; 30 s by default. */
        Builder publishTimeout(Duration timeout);

        /** How long results are kept; one day by default, as in Celery. */
        Builder resultExpiry(Duration expiry);

        Builder time(TimeSource time);

        /**
         * Takes every setting from {@code LOVAGE_*} variables: {@code LOVAGE_BROKER_URL}, {@code LOVAGE_RESULT_URL},
         * {@code LOVAGE_DEFAULT_QUEUE}, {@code LOVAGE_NAME}, {@code LOVAGE_CONNECT_TIMEOUT},
         * {@code LOVAGE_PUBLISH_TIMEOUT}, {@code LOVAGE_RESULT_EXPIRY}. What the builder was told before or is told
         * after wins.
         */
        Builder environment(Map<String, String> environment);

        /**
         * Connects.
         *
         * @throws ConfigurationException naming every setting that is wrong
         * @throws BrokerException when the broker cannot be reached or refuses
         */
        Lovage build();
    }
}
