package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.servers.Server;
import java.util.List;

/** A way to measure. Used by one thread. */
public interface Discipline {
    boolean measures(What what);

    /**
     * Measures cases that differ only in who does the work, in turns.
     *
     * @return a row for each of them
     */
    List<BenchRow> measure(Plan plan, List<Case> group, Server server, Progress progress) throws Exception;
}
