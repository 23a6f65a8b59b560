package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.report.BenchRow;

/** Told how a run gets on. Called by one thread. */
public interface Progress {
    /** So many rows are to be measured. */
    void begins(int rows);

    /** What happens now: a server starts, a case warms up. */
    void doing(String what);

    /** A sample of a case was taken, in its unit. */
    void sampled(Case of, int round, double score);

    /** A row is done. */
    void done(BenchRow row);

    /** Nobody wants to know. */
    Progress SILENT = new Progress() {
        @Override
        public void begins(int rows) {
            // nobody wants to know
        }

        @Override
        public void doing(String what) {
            // nobody wants to know
        }

        @Override
        public void sampled(Case of, int round, double score) {
            // nobody wants to know
        }

        @Override
        public void done(BenchRow row) {
            // nobody wants to know
        }
    };
}
