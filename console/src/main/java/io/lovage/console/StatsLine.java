package io.lovage.console;

import io.lovage.WorkerStats;
import java.util.ArrayList;
import java.util.List;

/** What a worker has done, in one line: what did not happen is left out. */
final class StatsLine {
    private final List<String> parts = new ArrayList<>();

    private StatsLine() {}

    static String of(WorkerStats stats) {
        StatsLine line = new StatsLine();
        line.parts.add("taken " + stats.taken());
        line.add("redelivered", stats.redelivered());
        line.add("succeeded", stats.succeeded());
        line.add("failed", stats.failed());
        line.add("retried", stats.retried());
        line.add("revoked", stats.revoked());
        line.add("postponed", stats.postponed());
        line.add("already done", stats.alreadyDone());
        line.add("dead-lettered", stats.deadLettered());
        line.add("released", stats.released());
        line.add("leases lost", stats.leaseLost());
        line.add("late results refused", stats.lateResultsRefused());
        line.add("settled with unknown end", stats.settledUnknown());
        line.add("left behind", stats.leftBehind());
        return String.join(", ", line.parts);
    }

    private void add(String what, long count) {
        if (count > 0) {
            parts.add(what + " " + count);
        }
    }
}
