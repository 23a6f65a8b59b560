package io.lovage.benchmarks.bare;

import java.io.IOException;

/** A queue on the server under test, looked at with the bare client. Used by one thread at a time. */
public interface QueueUnderTest extends AutoCloseable {
    String name();

    /** How many messages wait, and those that the bare client holds. */
    long waiting() throws IOException;

    void purge() throws IOException;

    /** Takes all that waits, one after the other, and shows their bytes. Nobody else may take meanwhile. */
    void takeAll(Handling handling) throws IOException;

    /** Deletes the queue with what is in it, and disconnects. */
    @Override
    void close() throws IOException;
}
