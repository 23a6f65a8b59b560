package io.lovage.internal.client;

import io.lovage.spi.BrokerUnavailableException;
import io.lovage.spi.TaskId;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/*
 * A waiter's timeout is a timer of the connection's clock, and close stops that clock: whoever waits then would wait for
 * ever. So everybody who waits is known here, and is told at close, before the clock ends, whatever the backend does.
 *
 * The end sets the mark first and then fails who is known; who begins to wait makes himself known first and then looks
 * at the mark. In every order one of the two sees the other.
 */
/** The handles of one connection that somebody waits on, so that no waiter outlives it. Thread-safe. */
final class OpenWaits {
    private final Set<FinalState> open = ConcurrentHashMap.newKeySet();
    private final BooleanSupplier standstill;
    private volatile boolean ended;

    /**
     * Begins.
     *
     * @param standstill whether nothing goes on by itself here, so that waiting would last for ever
     */
    OpenWaits(BooleanSupplier standstill) {
        this.standstill = standstill;
    }

    /**
     * For whoever would block his thread.
     *
     * @throws IllegalStateException when that would last for ever
     */
    void checkThatTimeGoesOn(TaskId id) {
        if (standstill.getAsBoolean()) {
            throw new IllegalStateException(
                    "task " + id + " has not ended, and waiting would last for ever: the queue is"
                            + " in this JVM, its clock stands still and no worker was started; call runOne() or runAll() of a"
                            + " manual worker before get (and advance the clock for what is delayed)");
        }
    }

    void add(FinalState wait) {
        open.add(wait);
    }

    void remove(FinalState wait) {
        open.remove(wait);
    }

    /** Whether nothing can arrive any more. */
    boolean ended() {
        return ended;
    }

    /** What whoever waits then is told. */
    BrokerUnavailableException closed() {
        return new BrokerUnavailableException(
                "the connection was closed while waiting for a result; the task goes on, ask for it on another connection");
    }

    /** Nothing can arrive any more. Idempotent. */
    void endAll() {
        ended = true;
        List.copyOf(open).forEach(wait -> wait.fail(closed()));
    }
}
