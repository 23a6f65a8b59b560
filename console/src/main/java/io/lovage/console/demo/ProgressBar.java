package io.lovage.console.demo;

import io.lovage.console.Stopwatch;
import io.lovage.examples.bulkimport.Progress;
import java.io.PrintWriter;
import java.util.Locale;

/** Shows how far the import is: a bar on a terminal, a line for every tenth elsewhere. Thread-safe. */
final class ProgressBar {
    private static final int WIDTH = 40;
    private static final double REDRAW_SECONDS = 0.1;
    private static final int TENTHS = 10;

    private final PrintWriter err;
    private final boolean terminal;
    private Stopwatch sinceDrawn = Stopwatch.started();
    private int tenthsShown;

    ProgressBar(PrintWriter err, boolean terminal) {
        this.err = err;
        this.terminal = terminal;
    }

    synchronized void show(Progress progress) {
        boolean complete = progress.share() >= 1;
        if (terminal && (complete || sinceDrawn.seconds() > REDRAW_SECONDS)) {
            int filled = (int) (progress.share() * WIDTH);
            err.print("\r[" + "#".repeat(filled) + ".".repeat(WIDTH - filled) + "] " + text(progress)
                    + (complete ? System.lineSeparator() : ""));
            err.flush();
            sinceDrawn = Stopwatch.started();
        }
        int tenths = (int) (progress.share() * TENTHS);
        if (!terminal && tenths > tenthsShown) {
            tenthsShown = tenths;
            line(text(progress));
        }
    }

    /** A line of its own. */
    synchronized void line(String text) {
        err.println((terminal ? "\r\u001B[K" : "") + text);
        err.flush();
    }

    private static String text(Progress progress) {
        return String.format(
                Locale.ROOT,
                "%3.0f%%  %s, %,d rejected, %s",
                progress.share() * 100,
                Numbers.counted(progress.rows(), "row", "rows"),
                progress.rejected(),
                Numbers.counted(progress.tasks(), "task", "tasks"));
    }
}
