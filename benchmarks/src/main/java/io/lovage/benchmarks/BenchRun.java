package io.lovage.benchmarks;

import io.lovage.benchmarks.engine.Bench;
import io.lovage.benchmarks.engine.Discipline;
import io.lovage.benchmarks.engine.Growths;
import io.lovage.benchmarks.engine.Progress;
import io.lovage.benchmarks.engine.Throughput;
import io.lovage.benchmarks.growth.Growth;
import io.lovage.benchmarks.latency.Latency;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.servers.OwnServer;
import io.lovage.benchmarks.servers.PrivateServers;
import io.lovage.benchmarks.servers.Servers;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** One comparison from what somebody asked for to its report. Used once, by one thread. */
public final class BenchRun implements AutoCloseable {
    private final Plan plan;
    private final Servers servers;

    private BenchRun(Plan plan, Servers servers) {
        this.plan = plan;
        this.servers = servers;
    }

    /**
     * Ready to run.
     *
     * @param full every level and size, not only the usual ones
     * @param brokers by name, or in one of their forms; all when it is empty
     * @param url of a server that is there; else private ones are started
     * @throws IllegalArgumentException when a name or the URL means nothing here
     * @throws IOException when the server at the URL does not say what it is set to
     */
    public static BenchRun of(boolean full, List<String> brokers, Optional<String> url) throws IOException {
        Plan whole = full ? Plan.full() : Plan.quick();
        Plan asked = brokers.isEmpty() ? whole : whole.ofBrokers(brokers);
        if (url.isEmpty()) {
            return new BenchRun(asked, new PrivateServers());
        }
        OwnServer own = new OwnServer(url.get());
        return new BenchRun(own.part(asked), own);
    }

    /**
     * Measures.
     *
     * @throws InterruptedException when this thread was interrupted
     */
    public BenchReport report(Progress progress) throws Exception {
        List<Discipline> disciplines = List.of(new Throughput(plan.cases().size() * plan.rounds()), new Latency());
        Growths growths = plan.scale() == Plan.Scale.FULL ? new Growth() : Growths.NONE;
        return new Bench(plan, servers, disciplines, growths, progress).run();
    }

    @Override
    public void close() {
        servers.close();
    }
}
