package io.lovage.benchmarks.report;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where, with what and how a report was measured. Immutable.
 *
 * @param plan {@code quick} or {@code full}, and what narrowed it
 * @param revision the commit of Lovage
 * @param servers the settings that were read back from each server, by broker and level ({@code redis D1}); the value
 *     of one that cannot be read says so and why
 */
public record BenchEnvironment(
        Environment machine, String plan, String revision, Map<String, Map<String, String>> servers) {
    public BenchEnvironment {
        Map<String, Map<String, String>> copy = new LinkedHashMap<>();
        servers.forEach(
                (server, settings) -> copy.put(server, Collections.unmodifiableMap(new LinkedHashMap<>(settings))));
        servers = Collections.unmodifiableMap(copy);
    }
}
