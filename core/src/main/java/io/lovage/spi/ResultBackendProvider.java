package io.lovage.spi;

import java.util.Set;

/** Makes connections to one kind of result backend; found by {@link java.util.ServiceLoader}. Thread-safe. */
public interface ResultBackendProvider {
    /** The URL schemes it serves, in lower case. */
    Set<String> schemes();

    /**
     * Whether it can work beside this broker: {@code rpc://} is served by the provider that knows the broker's
     * connection.
     */
    boolean worksWith(Broker broker);

    /** Connects; the exceptions are those of {@link BrokerProvider#connect}. */
    ResultBackend connect(BackendConfig config, Broker broker);
}
