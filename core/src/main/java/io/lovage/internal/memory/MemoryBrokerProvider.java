package io.lovage.internal.memory;

import io.lovage.spi.Broker;
import io.lovage.spi.BrokerConfig;
import io.lovage.spi.BrokerProvider;
import io.lovage.spi.ConfigurationException;
import io.lovage.spi.ServiceUrl;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Serves {@code memory://} (a space of the connection's own) and {@code memory://name} (shared by all connections of
 * this JVM with that name, as long as one is open). Options: {@code answers=applied|sent},
 * {@code counts=exact|lower-bound}, {@code lease=30s}, {@code priorities=true|false}, {@code max_message=<bytes>}.
 */
public final class MemoryBrokerProvider implements BrokerProvider {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]*");

    /** Made by {@link java.util.ServiceLoader}. */
    public MemoryBrokerProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public String ownResultBackend(ServiceUrl broker) {
        return "memory://";
    }

    @Override
    public Broker connect(BrokerConfig config) {
        String name = nameOf(config.url());
        MemoryOptions options = MemoryOptions.read(config.url());
        boolean given = !config.url().options().isEmpty();
        MemorySpace space = MemorySpaces.OF_THIS_JVM.join(name, options, given, config.time());
        return new MemoryBroker(space, config.time());
    }

    static String nameOf(ServiceUrl url) {
        boolean plain = url.user().isEmpty() && url.password().isEmpty();
        boolean noPath = url.path().isEmpty() || url.path().equals("/");
        if (!plain || !noPath || !NAME.matcher(url.hosts()).matches()) {
            throw new ConfigurationException(
                    url.masked() + ": a memory URL is memory:// or memory://name, the name made of"
                            + " letters, digits and . _ -, without user, port or path");
        }
        return url.hosts();
    }
}
