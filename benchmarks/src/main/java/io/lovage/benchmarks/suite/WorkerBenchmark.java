package io.lovage.benchmarks.suite;

import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Row;
import io.lovage.benchmarks.work.Rows;
import io.lovage.benchmarks.workload.Workload;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The same with a worker; see {@link Rows#WORKER}. */
@State(Scope.Benchmark)
public class WorkerBenchmark extends WorkBenchmark {
    /** Who does it. */
    @Param
    public Variant variant;

    @Override
    Row row() {
        return Rows.WORKER;
    }

    @Override
    Variant variant() {
        return variant;
    }

    @Benchmark
    @OperationsPerInvocation(Workload.DRAINED)
    public void work() throws Exception {
        runOnce();
    }
}
