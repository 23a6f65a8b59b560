package io.lovage.benchmarks.engine;

import io.lovage.benchmarks.lane.LaneProcess;
import io.lovage.benchmarks.lane.Sample;
import io.lovage.benchmarks.lane.Used;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.BenchSample;
import io.lovage.benchmarks.report.Costs;
import io.lovage.benchmarks.report.Outcome;
import io.lovage.benchmarks.servers.Server;
import io.lovage.benchmarks.work.Size;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.DoubleStream;
import org.jspecify.annotations.Nullable;

/** One variant that is measured, with what was found so far. Used by one thread. */
final class Entrant implements AutoCloseable {
    /** A first run is short: it says how many tasks fill a second. */
    private static final int FIRST_SHARE = 8;

    private static final double NANOS_PER_MICRO = 1e3;

    private final Case of;
    private final LaneProcess lane;
    private final WarmUp warmUp = new WarmUp();
    private final List<BenchSample> samples = new ArrayList<>();
    private final List<Double> allocated = new ArrayList<>();
    private final double sampleSeconds;
    private final Size most;
    private Size size;
    private long lost;
    private long duplicates;

    /**
     * Ready to begin.
     *
     * @param sampleSeconds about how long a sample is to take
     */
    Entrant(Case of, LaneProcess lane, double sampleSeconds) {
        this.of = of;
        this.sampleSeconds = sampleSeconds;
        this.lane = lane;
        this.most = Size.of(of);
        this.size = most.rounded(most.tasks() / FIRST_SHARE);
    }

    Case of() {
        return of;
    }

    void warmUp() throws IOException {
        double rate = measure().tasksPerSecond();
        warmUp.ran(rate);
        size = most.rounded(Math.round(rate * sampleSeconds));
    }

    boolean isWarm() {
        return warmUp.isOver();
    }

    /** What is lost or comes again is counted in every run, whether it is used or not. */
    Sample measure() throws IOException {
        Sample sample = lane.measure(size.tasks());
        lost += sample.lost();
        duplicates += sample.duplicates();
        return sample;
    }

    void took(int round, Sample sample) {
        keep(round, sample, false);
        if (sample.used().allocatedBytes() >= 0) {
            allocated.add((double) sample.used().allocatedBytes() / sample.tasks());
        }
    }

    void repeated(int round, Sample sample) {
        keep(round, sample, true);
    }

    private void keep(int round, Sample sample, boolean repeated) {
        Used used = sample.used();
        samples.add(new BenchSample(
                round,
                sample.tasksPerSecond(),
                null,
                microsPerTask(used.clientCpuNanos(), sample),
                microsPerTask(used.brokerCpuNanos(), sample),
                used.stealPercent() < 0 ? null : used.stealPercent(),
                repeated));
    }

    private static @Nullable Double microsPerTask(long nanos, Sample sample) {
        return nanos < 0 ? null : nanos / NANOS_PER_MICRO / sample.tasks();
    }

    BenchRow row(Server server) {
        Outcome outcome = Outcome.of(samples, lost, duplicates);
        Costs known = outcome.costs();
        Outcome whole = Unknowns.of(
                of,
                server,
                outcome.costs(new Costs(
                        known.cpuMicrosClient(),
                        known.cpuMicrosBroker(),
                        known.stealPercent(),
                        median(allocated),
                        known.serverBytesPerTask(),
                        known.wireBytesPerTask())));
        return new BenchRow(of, Statements.of(of, size), whole, samples, List.of());
    }

    private static @Nullable Double median(List<Double> figures) {
        if (figures.isEmpty()) {
            return null;
        }
        double[] sorted =
                figures.stream().flatMapToDouble(DoubleStream::of).sorted().toArray();
        int half = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
    }

    @Override
    public void close() throws IOException {
        lane.close();
    }
}
