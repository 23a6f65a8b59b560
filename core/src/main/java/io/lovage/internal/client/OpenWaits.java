package io.lovage.internal.client;

import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The handles of one connection that somebody waits on, so that no waiter outlives it. Thread-safe. */
final class OpenWaits {
    private final Set<FinalState> open = ConcurrentHashMap.newKeySet();

    void add(FinalState wait) {
        open.add(wait);
    }

    void remove(FinalState wait) {
        open.remove(wait);
    }

    /** Nothing can arrive any more. */
    void endAll() {
        IllegalStateException closed = new IllegalStateException("the connection was closed while waiting");
        List.copyOf(open).forEach(wait -> wait.fail(closed));
    }
}
