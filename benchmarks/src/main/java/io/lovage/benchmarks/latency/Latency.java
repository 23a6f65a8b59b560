package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.engine.Discipline;
import io.lovage.benchmarks.engine.Progress;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.servers.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.UUID;

/** Measures latencies in an open loop: a row for each variant, with all its points. Used by one thread. */
public final class Latency implements Discipline {
    @Override
    public boolean measures(What what) {
        return what == What.LATENCY;
    }

    @Override
    public List<BenchRow> measure(Plan plan, List<Case> group, Server server, Progress progress) throws Exception {
        Map<Case, Probe> probes = new LinkedHashMap<>();
        try {
            for (Case each : group) {
                probes.put(each, LatencyProcess.start(each, server.url(), queue(each), server.pid()));
            }
            Map<Case, Taken> taken = new Turns(Program.of(plan), probes, progress::doing).take();
            List<BenchRow> rows = new ArrayList<>();
            for (Map.Entry<Case, Taken> each : taken.entrySet()) {
                rows.add(LatencyRow.of(
                        each.getKey(), each.getValue(), server, wire(plan, each.getKey(), server.url(), progress)));
            }
            return rows;
        } finally {
            for (Probe probe : probes.values()) {
                probe.close();
            }
        }
    }

    /** The level changes what the server does, not what is sent. */
    private static OptionalDouble wire(Plan plan, Case of, String url, Progress progress) throws Exception {
        boolean wanted = plan.scale() == Plan.Scale.FULL
                && Wire.isThere(of.contender().broker())
                && of.level() == of.contender().usual();
        if (!wanted) {
            return OptionalDouble.empty();
        }
        double bytes = Wire.bytesPerTask(of, url);
        progress.doing(String.format(Locale.ROOT, "%s: %,.0f bytes on the wire", of.label(), bytes));
        return OptionalDouble.of(bytes);
    }

    /** Nobody else uses a queue of this name; whoever cleans up after a crash finds them by their beginning. */
    private static String queue(Case each) {
        return "lovage.bench." + each.what().label() + "." + each.variant().label() + "." + UUID.randomUUID();
    }
}
