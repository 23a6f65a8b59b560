package io.lovage.tck.faulty;

import io.lovage.internal.memory.MemoryBroker;
import io.lovage.internal.memory.MemoryBrokerProvider;
import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ServiceUrl;
import java.util.Set;

/** Serves {@code faulty://name/fault}: the memory broker of that name with that fault. */
public final class FaultyBrokerProvider implements BrokerProvider {
    /** Made by {@link java.util.ServiceLoader}. */
    public FaultyBrokerProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("faulty");
    }

    @Override
    public String ownResultBackend(ServiceUrl broker) {
        return "faulty://";
    }

    @Override
    public Broker connect(BrokerConfig config) {
        ServiceUrl url = config.url();
        Defect defect = Fault.of(url.path().substring(1));
        ServiceUrl memory = new ServiceUrl("memory", url.user(), url.password(), url.hosts(), "", url.options());
        MemoryBroker sound = (MemoryBroker) new MemoryBrokerProvider()
                .connect(new BrokerConfig(
                        memory,
                        config.clientName(),
                        config.connectTimeout(),
                        config.publishTimeout(),
                        config.time(),
                        config.threads()));
        defect.connected(config.threads());
        return new FaultyBroker(sound, config.time(), defect);
    }
}
