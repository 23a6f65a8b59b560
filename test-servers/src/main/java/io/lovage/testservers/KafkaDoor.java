package io.lovage.testservers;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A listener of a Kafka that names a proxy's port as its own, and the proxy when there is one. Thread-safe. */
final class KafkaDoor {
    private final String name;
    private final int port = Ports.free();
    private final int proxyPort = Ports.free();
    private @Nullable FaultProxy proxy;

    KafkaDoor(int number) {
        this.name = "PROXY" + number;
    }

    int port() {
        return port;
    }

    KafkaSettings.Listener listener() {
        return new KafkaSettings.Listener(name, port, "127.0.0.1", proxyPort, false, false);
    }

    /** A new proxy; empty when the one before is still open. */
    synchronized Optional<FaultProxy> open() {
        if (proxy != null && !proxy.isClosed()) {
            return Optional.empty();
        }
        FaultProxy opened = FaultProxy.at(proxyPort, port);
        proxy = opened;
        return Optional.of(opened);
    }

    synchronized void close() {
        if (proxy != null) {
            proxy.close();
        }
    }
}
