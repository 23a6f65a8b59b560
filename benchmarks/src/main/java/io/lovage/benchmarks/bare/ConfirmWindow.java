package io.lovage.benchmarks.bare;

import java.io.IOException;
import java.util.TreeSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Limits how many published messages wait for their confirm. One thread publishes; the confirms come on the
 * connection's reader thread.
 */
final class ConfirmWindow {
    private static final long TIMEOUT_SECONDS = 30;

    private final int size;
    private final Semaphore free;
    private volatile String refused = "";

    // Touched by the reader thread only: everything up to here is confirmed, and these few beyond it.
    private long confirmedUpTo;
    private final TreeSet<Long> confirmedAhead = new TreeSet<>();

    ConfirmWindow(int size) {
        this.size = size;
        this.free = new Semaphore(size);
    }

    /** Waits for room for one more message. */
    void enter() throws IOException, InterruptedException, TimeoutException {
        await(1);
    }

    /** Waits until every message is confirmed. */
    void awaitEmpty() throws IOException, InterruptedException, TimeoutException {
        await(size);
        free.release(size);
    }

    private void await(int permits) throws IOException, InterruptedException, TimeoutException {
        if (!free.tryAcquire(permits, TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
            throw new TimeoutException("no confirm within " + TIMEOUT_SECONDS + " s");
        }
        if (!refused.isEmpty()) {
            throw new IOException(refused);
        }
    }

    void confirmed(long sequence, boolean multiple) {
        int released = 1;
        if (multiple) {
            var before = confirmedAhead.headSet(sequence, true);
            released = (int) (sequence - confirmedUpTo) - before.size();
            before.clear();
            confirmedUpTo = sequence;
        } else {
            confirmedAhead.add(sequence);
        }
        while (confirmedAhead.remove(confirmedUpTo + 1)) {
            confirmedUpTo++;
        }
        free.release(released);
    }

    /** A message was returned or refused: whoever waits next is told. */
    void refused(String reason) {
        refused = reason;
    }
}
