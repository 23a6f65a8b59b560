package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.report.Outcome;
import io.lovage.benchmarks.servers.Server;

/** Says of each figure that is missing why it is. */
final class Unknowns {
    private static final String NOT_HERE = "measured in the part on growth and cost, not here";

    private Unknowns() {}

    static Outcome of(Case of, Server server, Outcome outcome) {
        Outcome said = outcome;
        for (String latency : new String[] {"p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms"}) {
            said = said.unknown(latency, "a rate: latency has rows of its own");
        }
        if (outcome.costs().cpuMicrosBroker() == null) {
            said = said.unknown("cpu_us_broker", broker(of, server));
        }
        if (outcome.costs().stealPercent() == null) {
            said = said.unknown("steal_percent", "this system does not tell");
        }
        if (outcome.costs().allocBytes() == null) {
            said = said.unknown("alloc_bytes", "this JVM does not count");
        }
        return said.unknown("server_bytes_per_task", NOT_HERE).unknown("wire_bytes_per_task", NOT_HERE);
    }

    private static String broker(Case of, Server server) {
        if (of.contender() == Contender.MEMORY) {
            return "the broker is part of the client";
        }
        return server.pid().isPresent()
                ? "this system does not tell"
                : "the server's process cannot be seen from here: it is in a container or on another machine";
    }
}
