package io.lovage.spi;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/** A connection to a message broker. Thread-safe. It heals by itself after the connection or the server failed. */
public interface Broker extends AutoCloseable {
    /** What this broker can do, and the bounds it declares; constant. */
    Capabilities capabilities();

    /**
     * Makes sure that the queue exists, with its dead-letter queue: adopts what is there, creates what is not, and says
     * what this queue can do. Harmless when repeated.
     *
     * @throws QueueMismatchException when the queue lacks something that {@code queue} requires; it stays as it was
     * @throws BrokerException when the broker cannot be asked or refuses
     */
    QueueCapabilities declare(QueueSpec queue);

    /**
     * Publishes all of them. The stage completes when the broker holds every message at its configured durability; it
     * fails with a {@link PublishException} that names what was not confirmed, at the latest after the configured
     * timeout. When a queue is not there (rule R1.8), the cause of that exception is a {@link QueueNotFoundException}:
     * the sender then declares the queue before it sends again. Blocks while the window of unconfirmed messages is
     * full: that is the back-pressure.
     */
    CompletionStage<Void> publish(List<OutboundMessage> messages);

    /** Starts to take from one queue. */
    Consumer consume(ConsumeSpec spec);

    BrokerAdmin admin();

    /** Fan-out for events and remote control; empty where the broker has none (chapter R13). */
    Optional<Broadcasts> broadcasts();

    /** Closes every consumer and the connection; what was not settled goes back to its queue. Idempotent. */
    @Override
    void close();

    /**
     * Takes deliveries from one queue and keeps the lease of each of them alive until it is settled or abandoned.
     * Thread-safe, though {@code poll} is meant for one thread at a time.
     */
    interface Consumer extends AutoCloseable {
        /**
         * At most {@code max} deliveries, as soon as there is one; empty after {@code wait}. Never blocks on a settled
         * consumer: after {@link #drain} or {@link #close} it returns empty at once.
         *
         * @throws BrokerException when taking cannot go on and will not heal by itself, for instance because the queue
         *     was deleted
         */
        List<Delivery> poll(int max, Duration wait) throws InterruptedException;

        /** Stops new deliveries; settling goes on. */
        void pause();

        void resume();

        /**
         * Stops fetching and gives back at once what was fetched but not handed out by {@code poll}. Completes when
         * that is done. Settling works until {@code close}. Idempotent.
         */
        CompletionStage<Void> drain();

        /** Drains, then gives back everything that is not settled. Idempotent. */
        @Override
        void close();
    }
}
