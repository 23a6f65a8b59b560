package io.lovage.benchmarks.report;

/**
 * What a row has to reach, as a median.
 *
 * @param least ignored where nothing was promised
 */
public record Goal(Kind kind, double least) {
    /** What is compared. */
    public enum Kind {
        /** Lovage's rate by the bare client's, in the same round. */
        RATIO,
        /** Lovage's rate. */
        TASKS_PER_SECOND,
        /** Nothing was promised; the row is there to be known. */
        NONE
    }

    static Goal ratio(double least) {
        return new Goal(Kind.RATIO, least);
    }

    static Goal tasksPerSecond(double least) {
        return new Goal(Kind.TASKS_PER_SECOND, least);
    }

    static Goal none() {
        return new Goal(Kind.NONE, 0);
    }
}
