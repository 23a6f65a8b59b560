package io.lovage.benchmarks.servers;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/**
 * A server to measure. Immutable.
 *
 * @param url without options
 * @param pid its process, where that is one of this machine
 * @param version as the server says it
 * @param isOurs whether it is private; what is left on another one has to be removed
 * @param settings what decides about its level, as read back from the server; what cannot be read says so and why
 */
public record Server(String url, OptionalLong pid, boolean isOurs, String version, Map<String, String> settings) {
    /** A private one. */
    public Server(String url, OptionalLong pid, String version, Map<String, String> settings) {
        this(url, pid, true, version, settings);
    }

    public Server {
        settings = Collections.unmodifiableMap(new LinkedHashMap<>(settings));
    }

    Server version(String known) {
        return new Server(url, pid, isOurs, known, settings);
    }

    Server ofSomebodyElse() {
        return new Server(url, pid, false, version, settings);
    }
}
