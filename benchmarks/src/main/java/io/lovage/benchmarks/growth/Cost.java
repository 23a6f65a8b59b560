package io.lovage.benchmarks.growth;

import io.lovage.benchmarks.lane.Used;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * What a task cost at one size: medians of some runs; negative where the system does not tell.
 *
 * @param size how much there was of what grows
 * @param cpuMicrosClient processor time of the client for each task, in microseconds
 * @param cpuMicrosBroker the same of the server
 * @param serverBytesPerTask of the server's memory, for each task that lies there
 */
record Cost(
        int size,
        double tasksPerSecond,
        double cpuMicrosClient,
        double cpuMicrosBroker,
        double stealPercent,
        double serverBytesPerTask) {
    private static final double MICRO = 1e3;

    /** Of at least one run of so many tasks. */
    static Cost of(int size, int tasks, List<Used> runs, double serverBytesPerTask) {
        return new Cost(
                size,
                median(runs, run -> tasks * 1e9 / run.nanos()),
                median(runs, run -> perTask(run.clientCpuNanos(), tasks)),
                median(runs, run -> perTask(run.brokerCpuNanos(), tasks)),
                median(runs, Used::stealPercent),
                serverBytesPerTask);
    }

    private static double perTask(long nanos, int tasks) {
        return nanos < 0 ? Used.UNKNOWN : nanos / MICRO / tasks;
    }

    private static double median(List<Used> runs, ToDoubleFunction<Used> figure) {
        double[] sorted = runs.stream().mapToDouble(figure).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1
                ? sorted[half]
                : Arrays.stream(sorted, half - 1, half + 1).sum() / 2;
    }
}
