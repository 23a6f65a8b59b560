package io.lovage.console.bench;

import io.lovage.benchmarks.engine.Progress;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.Words;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far a run is: a bar on a terminal, a line for each row elsewhere. Used by one thread. */
final class BenchBar implements Progress {
    private static final int WIDTH = 30;
    private static final int LONGEST_TEXT = 70;

    private final PrintWriter err;
    private final boolean terminal;
    private int rows = 1;
    private int done;

    BenchBar(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    @Override
    public void begins(int count) {
        rows = Math.max(1, count);
        if (!terminal) {
            line(count + " rows to measure");
        }
    }

    @Override
    public void doing(String what) {
        draw(what);
    }

    @Override
    public void sampled(Case of, int round, double score) {
        draw(of.label() + ", round " + (round + 1) + ": " + score(of, score));
    }

    @Override
    public void done(BenchRow row) {
        done++;
        String figure = row.outcome().score() == null
                ? "not measured: " + row.outcome().unknown().getOrDefault("score", "nobody says why")
                : score(row.of(), row.outcome().score());
        if (terminal) {
            draw(row.of().label());
        } else {
            line(String.format(
                    Locale.ROOT, "%d/%d  %s: %s", done, rows, row.of().label(), figure));
        }
    }

    /** Leaves the line to what comes next. */
    void end() {
        if (terminal) {
            err.print("\r\u001B[K");
            err.flush();
        }
    }

    private void draw(String text) {
        if (terminal) {
            int filled = done * WIDTH / rows;
            String shown = text.replaceAll("\\p{Cntrl}", " ");
            err.print("\r\u001B[K[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + done + "/" + rows + "  "
                    + shown.substring(0, Math.min(LONGEST_TEXT, shown.length())));
            err.flush();
        }
    }

    private void line(String text) {
        err.println(text);
        err.flush();
    }

    private static String score(Case of, double score) {
        boolean rate = of.what() != What.LATENCY;
        return (rate ? Words.whole(score) : Words.latency(score)) + " "
                + of.what().unit();
    }
}
