package io.lovage.benchmarks.engine;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ServiceUrl;
import java.util.ServiceLoader;
import java.util.Set;

/**
 * Serves {@code losing://name} and {@code doubling://name}: the broker in memory, but one of a hundred messages is
 * confirmed and dropped, or is there twice.
 */
public final class FaultyBrokerProvider implements BrokerProvider {
    static final String LOSING = "losing";
    static final String DOUBLING = "doubling";
    private static final String MEMORY = "memory";

    /** Made by {@link ServiceLoader}. */
    public FaultyBrokerProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of(LOSING, DOUBLING);
    }

    @Override
    public String ownResultBackend(ServiceUrl broker) {
        return "disabled://";
    }

    @Override
    public Broker connect(BrokerConfig config) {
        ServiceUrl url = config.url();
        BrokerConfig memory = new BrokerConfig(
                ServiceUrl.parse(MEMORY + "://" + url.hosts()),
                config.clientName(),
                config.connectTimeout(),
                config.publishTimeout(),
                config.time(),
                config.threads());
        Broker inner = ServiceLoader.load(BrokerProvider.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(provider -> provider.schemes().contains(MEMORY))
                .findFirst()
                .orElseThrow()
                .connect(memory);
        return new FaultyBroker(inner, url.scheme().equals(LOSING) ? 0 : 2);
    }
}
