package io.lovage.redis;

import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.List;

/** Waits for any of a queue's lists to hold something; each list that is waited for has a waiter. Thread-safe. */
final class Wakers implements AutoCloseable {
    /**
     * What they work with.
     *
     * @param heartbeat the server never blocks for longer than half of it
     */
    record Surroundings(Connector connector, TimeSource time, Duration heartbeat) {}

    private final Surroundings around;
    private final Runnable onElement;
    /* guarded by this */
    private final IdentityHashMap<byte[], Waiter> byList = new IdentityHashMap<>();

    /** {@code onElement} is run, on some thread, when a list holds something. */
    Wakers(Surroundings around, Runnable onElement) {
        this.around = around;
        this.onElement = onElement;
    }

    /** Begins to wait for these lists, where it does not yet. */
    synchronized void arm(List<byte[]> lists) {
        lists.forEach(list -> byList.computeIfAbsent(list, this::waiter).arm());
    }

    private Waiter waiter(byte[] list) {
        return new Waiter(list, around.connector(), around.time(), around.heartbeat(), onElement);
    }

    @Override
    public void close() {
        List<Waiter> ending;
        synchronized (this) {
            ending = List.copyOf(byList.values());
        }
        ending.forEach(Waiter::close);
    }
}
