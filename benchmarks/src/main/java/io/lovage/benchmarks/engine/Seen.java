package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.lane.LaneProcess;
import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.report.BenchEnvironment;
import io.lovage.benchmarks.servers.Server;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** What was seen of servers and machine on the way. Used by one thread. */
final class Seen {
    private final Map<String, Map<String, String>> settings = new LinkedHashMap<>();
    private final Map<String, String> versions = new LinkedHashMap<>();

    void server(Case of, Server server) throws IOException {
        settings.put(of.contender().label() + " " + of.level().label(), server.settings());
        if (of.contender().broker() != Broker.MEMORY) {
            versions.put(of.contender().broker().title(), server.version());
            versions.putAll(Surroundings.client(of.contender().broker()));
        }
    }

    BenchEnvironment environment(Plan plan, double loadBefore) throws IOException {
        return new BenchEnvironment(
                Surroundings.look(versions, LaneProcess.JVM_OPTIONS, loadBefore),
                plan.scale().label() + ": " + plan.cases().size() + " rows, at most " + plan.warmups() + " warm-ups, "
                        + plan.rounds() + " rounds",
                Surroundings.revision(),
                settings);
    }
}
