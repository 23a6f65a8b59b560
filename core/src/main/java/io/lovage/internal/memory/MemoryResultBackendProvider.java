package io.lovage.internal.memory;

import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.UrlOptions;
import java.util.Set;

/**
 * Serves {@code memory://} and {@code rpc://} beside a memory broker: the results are kept in the broker's space, with
 * the queues.
 */
public final class MemoryResultBackendProvider implements ResultBackendProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public MemoryResultBackendProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory", "rpc");
    }

    @Override
    public boolean worksWith(Broker broker) {
        return broker instanceof MemoryBroker;
    }

    @Override
    public ResultBackend connect(BackendConfig config, Broker broker) {
        if (!(broker instanceof MemoryBroker memory)) {
            throw new ConfigurationException(config.url().masked()
                    + ": results are kept in memory only beside a memory broker, this one is "
                    + broker.capabilities().broker());
        }
        String name = MemoryBrokerProvider.nameOf(config.url());
        new UrlOptions("memory result URL", config.url()).finish();
        if (!name.isEmpty() && !name.equals(memory.space().name)) {
            throw new ConfigurationException(config.url().masked()
                    + ": results in memory are kept with the queues; leave the name out or use the broker's, '"
                    + memory.space().name + "'");
        }
        return new MemoryResultBackend(memory);
    }
}
