package io.lovage.spi;

import java.util.Set;

/** Makes connections to one kind of broker; found by {@link java.util.ServiceLoader}. Thread-safe. */
public interface BrokerProvider {
    /** The URL schemes it serves, in lower case. */
    Set<String> schemes();

    /**
     * The URL of the result backend that is used with this broker when the user names none, for instance
     * {@code rpc://}.
     */
    String ownResultBackend(ServiceUrl broker);

    /**
     * Connects.
     *
     * @throws ConfigurationException when an option is not known or out of range; names all that are wrong
     * @throws BrokerUnavailableException when the broker cannot be reached within the timeout
     * @throws AccessRefusedException when it can, and refuses the credentials or the virtual host
     */
    Broker connect(BrokerConfig config);
}
