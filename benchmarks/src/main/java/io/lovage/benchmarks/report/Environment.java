package io.lovage.benchmarks.report;

import java.lang.management.ManagementFactory;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Where and with what the figures were taken.
 *
 * @param started when the run began: ISO-8601, UTC
 * @param versions of the libraries and servers, by name
 * @param loadBefore the system's load average of the last minute before the run; negative where it does not tell
 * @param loadAfter the same right after the run, which itself adds two to three
 */
public record Environment(
        String started,
        String processor,
        int cores,
        String system,
        String jvm,
        String jvmOptions,
        Map<String, String> versions,
        double loadBefore,
        double loadAfter) {
    public Environment {
        versions = Collections.unmodifiableMap(new LinkedHashMap<>(versions));
    }

    /** The system's load average of the last minute; negative where it does not tell. */
    public static double load() {
        return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
    }
}
