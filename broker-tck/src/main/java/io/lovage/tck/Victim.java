package io.lovage.tck;

import io.lovage.spi.Settled;
import java.util.List;

/**
 * A worker that takes deliveries, holds them, and dies or freezes when a test says so. Messages are named by their
 * correlation ids. Every wait ends with an {@link AssertionError} after the harness's patience. Thread-safe.
 */
public interface Victim extends AutoCloseable {
    /** Waits until it has taken so many, and names them in the order of the taking. */
    List<String> awaitTaken(int count);

    /** Tells it to acknowledge; does not wait. */
    void ack(String id);

    /**
     * Tells it to settle with AckAfter, publishing {@code copies} messages named {@code <id>.0}, {@code <id>.1}, ... to
     * {@code queue} first; does not wait.
     */
    void ackAfter(String id, String queue, int copies);

    /** Tells it to dead-letter; does not wait. */
    void deadLetter(String id);

    /** Tells it to store a final result for this id, fenced by its delivery; does not wait. */
    void storeResult(String id);

    /** Waits for the answer to the settlement; a settlement that failed is an {@link AssertionError}. */
    Settled awaitSettled(String id);

    /** Waits for the answer to {@link #storeResult}: whether it was accepted. */
    boolean awaitStored(String id);

    /** Waits until it was told that it lost this delivery. */
    void awaitLost(String id);

    /** Ends it without a word, as {@code kill -9} does. Returns when it is dead. */
    void kill();

    /** Stops it in its tracks, as {@code SIGSTOP} does: it renews nothing and answers nothing. */
    void freeze();

    /** Lets it go on, as {@code SIGCONT} does. */
    void resume();

    /** Kills it if it is still there. Idempotent. */
    @Override
    void close();
}
