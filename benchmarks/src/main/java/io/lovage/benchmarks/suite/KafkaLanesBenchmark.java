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

/** Take, read, accept one by one over Kafka; see {@link Rows#KAFKA_LANES}. */
@State(Scope.Benchmark)
public class KafkaLanesBenchmark extends WorkBenchmark {
    /** Who does it. */
    @Param
    public Variant variant;

    @Override
    Row row() {
        return Rows.KAFKA_LANES;
    }

    @Override
    Variant variant() {
        return variant;
    }

    @Benchmark
    @OperationsPerInvocation(Workload.ONE_BY_ONE)
    public void consume() throws Exception {
        runOnce();
    }
}
