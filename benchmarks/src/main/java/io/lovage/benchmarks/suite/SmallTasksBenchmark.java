package io.lovage.benchmarks.suite;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Tasks with small arguments. */
@State(Scope.Benchmark)
public class SmallTasksBenchmark extends WorkBenchmark {
    private static final int TASKS = 10_000;

    /** How many bytes an argument has as JSON. */
    @Param({"100", "1024", "10240"})
    public int payload;

    @Override
    int payload() {
        return payload;
    }

    @Override
    int tasks() {
        return TASKS;
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public void work(Counters counters) throws Exception {
        runOnce(counters);
    }
}
