package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.report.GrowthRow;
import io.lovage.benchmarks.servers.Server;
import java.util.List;

/** A way to see what a task costs when things grow. Used by one thread. */
@FunctionalInterface
public interface Growths {
    /** Nobody wants to know. */
    Growths NONE = (contender, level, server, progress) -> List.of();

    /** All that is measured of a contender. */
    List<GrowthRow> measure(Contender contender, Level level, Server server, Progress progress) throws Exception;
}
