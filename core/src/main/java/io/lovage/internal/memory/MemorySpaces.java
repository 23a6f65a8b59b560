package io.lovage.internal.memory;

import io.lovage.spi.ConfigurationException;
import io.lovage.spi.TimeSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The named spaces of this JVM, each as long as a connection to it is open. Thread-safe. */
final class MemorySpaces {
    /** One for the JVM: that two connections of the same name meet is the whole purpose. */
    static final MemorySpaces OF_THIS_JVM = new MemorySpaces();

    private final Map<String, Open> open = new ConcurrentHashMap<>();

    private record Open(MemorySpace space, int connections) {}

    /**
     * Joins the space of this name, or opens it.
     *
     * @param given whether the URL says how the space behaves; then it must say the same as the first one's
     */
    MemorySpace join(String name, MemoryOptions options, boolean given, TimeSource clock) {
        if (name.isEmpty()) {
            return new MemorySpace(name, options, clock);
        }
        Open joined = open.compute(name, (key, found) -> {
            if (found == null) {
                return new Open(new MemorySpace(name, options, clock), 1);
            }
            if (given && !found.space().options.equals(options)) {
                throw new ConfigurationException("memory://" + name + " is open with other options, "
                        + found.space().options + "; give the same or none");
            }
            return new Open(found.space(), found.connections() + 1);
        });
        return joined.space();
    }

    void leave(MemorySpace space) {
        open.computeIfPresent(space.name, (key, found) -> {
            if (found.space() != space) {
                return found;
            }
            return found.connections() == 1 ? null : new Open(space, found.connections() - 1);
        });
    }
}
