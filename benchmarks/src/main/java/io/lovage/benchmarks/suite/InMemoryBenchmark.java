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

/** Send and run in one JVM; see {@link Rows#MEMORY}. */
@State(Scope.Benchmark)
public class InMemoryBenchmark extends WorkBenchmark {
    /** Who does it. */
    @Param("LOVAGE")
    public Variant variant;

    @Override
    Row row() {
        return Rows.MEMORY;
    }

    @Override
    Variant variant() {
        return variant;
    }

    @Benchmark
    @OperationsPerInvocation(Workload.IN_MEMORY)
    public void sendAndRun() throws Exception {
        runOnce();
    }
}
