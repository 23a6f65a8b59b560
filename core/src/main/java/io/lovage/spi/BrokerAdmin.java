package io.lovage.spi;

import java.util.List;

/**
 * For operators and tests, never on a hot path. Blocking. Every method throws a {@link BrokerException} when the broker
 * cannot be asked, and {@link QueueNotFoundException} when there is no such queue. Thread-safe.
 */
public interface BrokerAdmin {
    QueueStats stats(QueueSpec queue);

    /** Drops every message that waits in the queue, delayed ones not included, and says how many (rule R9.2). */
    long purge(QueueSpec queue);

    /** Deletes the queue with everything in it; its dead letters stay. Does nothing when there is no such queue. */
    void delete(QueueSpec queue);

    /** The oldest dead letters of the queue, at most {@code max}; listing changes nothing (rule R9.3). */
    List<DeadLetter> deadLetters(QueueSpec queue, int max);

    /**
     * Sends a dead letter to its queue again, with its counts reset: held by the queue first, then removed here. False
     * when there is no such dead letter.
     */
    boolean resend(QueueSpec queue, String deadLetterId);

    /** Removes a dead letter. False when there is no such dead letter. */
    boolean discard(QueueSpec queue, String deadLetterId);
}
