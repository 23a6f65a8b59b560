package io.lovage.tck;

import io.lovage.spi.Threads;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;

/** Makes the threads of one connection and remembers them, so that a test can ask what is left. Thread-safe. */
final class KitThreads implements Threads {
    private final Set<Thread> made = ConcurrentHashMap.newKeySet();
    private final AtomicInteger number = new AtomicInteger();
    private final String owner;

    private KitThreads(String owner) {
        this.owner = owner;
    }

    static KitThreads of(String owner) {
        return new KitThreads(owner);
    }

    @Override
    public ThreadFactory named(String role) {
        return action -> {
            Thread thread = new Thread(action, owner + "-" + role + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            made.add(thread);
            return thread;
        };
    }

    /** Those that were made here and still live. */
    List<Thread> alive() {
        return made.stream().filter(Thread::isAlive).toList();
    }
}
