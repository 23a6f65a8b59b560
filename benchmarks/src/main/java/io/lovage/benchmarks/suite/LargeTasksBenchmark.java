package io.lovage.benchmarks.suite;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** Tasks with arguments of a quarter of a megabyte; 16 in a batch are as many bytes as a thousand others. */
@State(Scope.Benchmark)
public class LargeTasksBenchmark extends WorkBenchmark {
    private static final int TASKS = 256;

    /** How many bytes an argument has as JSON. */
    @Param("262144")
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
