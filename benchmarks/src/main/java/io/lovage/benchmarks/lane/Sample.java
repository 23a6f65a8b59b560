package io.lovage.benchmarks.lane;

/**
 * One measured run.
 *
 * @param tasks how many there were
 * @param used what it took
 * @param lost how many did not come
 * @param duplicates how often one came again
 */
public record Sample(int tasks, Used used, long lost, long duplicates) {
    private static final double NANOS = 1e9;

    /** Those that came, in a second. */
    public double tasksPerSecond() {
        return (tasks - lost) * NANOS / used.nanos();
    }
}
