package io.lovage.testservers;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One server for all tests of a JVM: started when first asked for, gone when the JVM ends. Who kills or freezes it
 * brings it back before going on; who wants other options or no neighbours starts one of his own. Thread-safe.
 */
final class SharedServer<S extends TestServer> {
    private final Supplier<S> start;
    private @Nullable S server;

    SharedServer(Supplier<S> start) {
        this.start = start;
    }

    /** The server, running. */
    synchronized S running() {
        S current = server;
        if (current == null) {
            current = start.get();
            server = current;
        } else if (!current.isRunning()) {
            current.restart();
        }
        return current;
    }
}
