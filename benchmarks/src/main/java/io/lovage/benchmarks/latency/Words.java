package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.latency.PointFigures.Ending;
import io.lovage.benchmarks.latency.PointFigures.Percentiles;
import io.lovage.benchmarks.plan.Case;
import java.util.List;
import java.util.Locale;

/** What was seen, in words. */
final class Words {
    private static final int NAMED = 10;

    private Words() {}

    static String most(Case of, double rate) {
        return String.format(Locale.ROOT, "%s: at most %,.0f tasks/s", of.label(), rate);
    }

    static String point(Case of, Point point, PointFigures figures) {
        String at = String.format(
                Locale.ROOT, "%s at %,.0f tasks/s of %d ms: ", of.label(), point.rate(), point.taskMillis());
        return at
                + (figures.kept() ? latencies(figures.percentiles()) : behind(figures.ending()))
                + lost(figures.ending());
    }

    private static String latencies(Percentiles seen) {
        return String.format(
                Locale.ROOT,
                "p50 %.2f, p90 %.2f, p99 %.2f, p99.9 %.2f, max %.1f ms",
                seen.p50(),
                seen.p90(),
                seen.p99(),
                seen.p999(),
                seen.most());
    }

    private static String behind(Ending ending) {
        return String.format(
                Locale.ROOT,
                "not kept, %,.0f tasks/s, %,.1f s behind its schedule at the end",
                ending.achieved(),
                ending.behindNanos() / 1e9);
    }

    private static String lost(Ending ending) {
        List<String> lost = ending.lost();
        String duplicates = ending.duplicates() == 0 ? "" : "; " + ending.duplicates() + " DUPLICATES";
        return lost.isEmpty()
                ? duplicates
                : duplicates + "; " + lost.size() + " LOST: "
                        + String.join("; ", lost.subList(0, Math.min(NAMED, lost.size())))
                        + (lost.size() > NAMED ? " ..." : "");
    }
}
