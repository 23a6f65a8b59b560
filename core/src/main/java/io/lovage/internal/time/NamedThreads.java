package io.lovage.internal.time;

import io.lovage.spi.Threads;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes daemon threads named {@code <owner>-<role>-<n>}, n counting from 1 for each role. Thread-safe. */
public final class NamedThreads implements Threads {
    private static final Logger LOG = LoggerFactory.getLogger(NamedThreads.class);

    private final String owner;
    private final Map<String, AtomicInteger> made = new ConcurrentHashMap<>();

    public NamedThreads(String owner) {
        this.owner = owner;
    }

    /** Factories of the same role count together, so that no name comes twice. */
    @Override
    public ThreadFactory named(String role) {
        AtomicInteger count = made.computeIfAbsent(role, any -> new AtomicInteger());
        return work -> {
            Thread thread = new Thread(work, owner + "-" + role + "-" + count.incrementAndGet());
            thread.setDaemon(true);
            thread.setUncaughtExceptionHandler((dead, cause) -> LOG.error("thread {} died", dead.getName(), cause));
            return thread;
        };
    }
}
