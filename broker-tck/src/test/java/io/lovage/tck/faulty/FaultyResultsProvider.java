package io.lovage.tck.faulty;

import io.lovage.internal.memory.MemoryResultBackendProvider;
import io.lovage.spi.BackendConfig;
import io.lovage.spi.Broker;
import io.lovage.spi.ResultBackend;
import io.lovage.spi.ResultBackendProvider;
import io.lovage.spi.ServiceUrl;
import java.util.Set;

/** Serves {@code faulty://} as a result backend: that of the sound broker behind the faulty one. */
public final class FaultyResultsProvider implements ResultBackendProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public FaultyResultsProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("faulty");
    }

    @Override
    public boolean worksWith(Broker broker) {
        return broker instanceof FaultyBroker;
    }

    @Override
    public ResultBackend connect(BackendConfig config, Broker broker) {
        BackendConfig memory = new BackendConfig(
                ServiceUrl.parse("memory://"),
                config.clientName(),
                config.connectTimeout(),
                config.time(),
                config.threads());
        return new MemoryResultBackendProvider().connect(memory, ((FaultyBroker) broker).sound());
    }
}
