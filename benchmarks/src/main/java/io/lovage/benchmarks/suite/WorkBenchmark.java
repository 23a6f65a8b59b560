package io.lovage.benchmarks.suite;

import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Row;
import io.lovage.benchmarks.work.Trial;
import io.lovage.benchmarks.work.Work;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** One server for each trial, one run of the work for each iteration. The score is the time for one task. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 8)
@Measurement(iterations = 15)
@Fork(
        value = 2,
        jvmArgsAppend = {"-Xms2g", "-Xmx2g"})
public abstract class WorkBenchmark {
    private Trial trial;
    private Work work;

    /** What is done. */
    abstract Row row();

    /** Who does the work. */
    abstract Variant variant();

    @Setup
    public void open() throws Exception {
        trial = Trial.start(List.of(row()));
        work = row().open(variant(), trial.url(row().place()));
    }

    @Setup(Level.Iteration)
    public void prepare() throws Exception {
        work.prepare();
    }

    void runOnce() throws Exception {
        work.run();
    }

    @TearDown(Level.Iteration)
    public void verify() throws Exception {
        work.verify();
    }

    @TearDown
    public void close() throws Exception {
        try {
            work.close();
        } finally {
            trial.close();
        }
    }
}
