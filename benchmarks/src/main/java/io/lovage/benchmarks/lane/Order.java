package io.lovage.benchmarks.lane;

import io.lovage.benchmarks.plan.Case;
import java.util.OptionalLong;

/**
 * What a child JVM is to do.
 *
 * @param url of the server, without options
 * @param queue a name that nobody else uses
 * @param broker the process of the server; negative where it is none of this machine
 */
record Order(Case of, String url, String queue, long broker) {
    OptionalLong brokerPid() {
        return broker < 0 ? OptionalLong.empty() : OptionalLong.of(broker);
    }
}
