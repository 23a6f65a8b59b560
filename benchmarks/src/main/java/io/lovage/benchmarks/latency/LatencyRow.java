package io.lovage.benchmarks.latency;

import io.lovage.benchmarks.engine.Statements;
import io.lovage.benchmarks.lane.Used;
import io.lovage.benchmarks.latency.PointFigures.Percentiles;
import io.lovage.benchmarks.latency.Taken.Round;
import io.lovage.benchmarks.latency.Taken.Seen;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.report.BenchPoint;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.BenchSample;
import io.lovage.benchmarks.report.Costs;
import io.lovage.benchmarks.report.Latencies;
import io.lovage.benchmarks.report.Outcome;
import io.lovage.benchmarks.report.Terms;
import io.lovage.benchmarks.servers.Server;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Makes a row of what was seen of one variant. The row's own figures are those at the reference rate. */
final class LatencyRow {
    private static final double MICRO = 1e3;
    private static final double MILLI = 1e6;
    private static final String NOT_KEPT = "the rate was not kept: ";

    private LatencyRow() {}

    /**
     * As a report has it.
     *
     * @param wireBytesPerTask empty where nobody counted
     */
    static BenchRow of(Case of, Taken taken, Server server, OptionalDouble wireBytesPerTask) {
        List<BenchSample> samples = new ArrayList<>();
        for (Round round : taken.reference()) {
            if (round.answer().figures().kept()) {
                samples.add(sample(round));
            }
        }
        List<BenchPoint> points = new ArrayList<>();
        for (Seen seen : taken.others()) {
            points.add(point(seen));
        }
        return new BenchRow(
                of, terms(of, taken), outcome(of, taken, samples, server, wireBytesPerTask), samples, points);
    }

    private static BenchSample sample(Round round) {
        Used used = round.answer().used();
        Percentiles seen = round.answer().figures().percentiles();
        int ended = round.answer().figures().ending().ended();
        return new BenchSample(
                round.number(),
                seen.p50(),
                seen.p99(),
                microsPerTask(used.clientCpuNanos(), ended),
                microsPerTask(used.brokerCpuNanos(), ended),
                used.stealPercent() < 0 ? null : used.stealPercent(),
                false);
    }

    private static @Nullable Double microsPerTask(long nanos, int tasks) {
        return nanos < 0 || tasks == 0 ? null : nanos / MICRO / tasks;
    }

    private static BenchPoint point(Seen seen) {
        PointFigures figures = seen.answer().figures();
        boolean kept = figures.kept();
        return new BenchPoint(
                seen.point().rate(),
                seen.asked().ofMost() ? seen.asked().amount() : null,
                seen.point().taskMillis(),
                figures.ending().achieved(),
                kept ? null : figures.ending().behindNanos() / MILLI,
                kept ? latencies(figures.percentiles()) : Latencies.NONE);
    }

    private static Latencies latencies(Percentiles seen) {
        return new Latencies(seen.p50(), seen.p90(), seen.p99(), seen.p999(), seen.most());
    }

    private static Terms terms(Case of, Taken taken) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("rate", rate(of, taken));
        parameters.put("task", "0 ms");
        parameters.put("slots", Integer.toString(Lines.SLOTS));
        parameters.put("prefetch", Integer.toString(Lines.prefetch(of.contender())));
        return new Terms(Statements.guarantee(of), parameters);
    }

    private static String rate(Case of, Taken taken) {
        double rate = taken.reference().isEmpty()
                ? 0
                : taken.reference().get(0).point().rate();
        String half = of.contender() == Contender.KAFKA_LANE ? "half of the most: " : "";
        return half + String.format(Locale.ROOT, "%,.0f/s", rate);
    }

    private static Outcome outcome(
            Case of, Taken taken, List<BenchSample> samples, Server server, OptionalDouble wireBytesPerTask) {
        Outcome outcome = Outcome.of(samples, lost(taken), duplicates(taken));
        List<Percentiles> seen = taken.reference().stream()
                .map(round -> round.answer().figures())
                .filter(PointFigures::kept)
                .map(PointFigures::percentiles)
                .toList();
        if (seen.isEmpty()) {
            outcome = outcome.unknown("score", notKept(taken));
            for (String key : List.of("p50_ms", "p90_ms", "p99_ms", "p999_ms", "max_ms")) {
                outcome = outcome.unknown(key, notKept(taken));
            }
        } else {
            outcome = outcome.latencies(Medians.of(seen));
        }
        return costs(of, outcome, taken, server, wireBytesPerTask);
    }

    private static Outcome costs(
            Case of, Outcome outcome, Taken taken, Server server, OptionalDouble wireBytesPerTask) {
        Costs known = outcome.costs();
        double[] allocated = taken.reference().stream()
                .map(Round::answer)
                .filter(answer -> answer.used().allocatedBytes() >= 0
                        && answer.figures().ending().ended() > 0)
                .mapToDouble(answer -> (double) answer.used().allocatedBytes()
                        / answer.figures().ending().ended())
                .toArray();
        Outcome said = outcome.costs(new Costs(
                        known.cpuMicrosClient(),
                        known.cpuMicrosBroker(),
                        known.stealPercent(),
                        allocated.length == 0 ? null : Medians.of(allocated),
                        null,
                        wireBytesPerTask.isPresent() ? wireBytesPerTask.getAsDouble() : null))
                .unknown("server_bytes_per_task", "hardly a task waits at this rate");
        if (wireBytesPerTask.isEmpty()) {
            said = said.unknown(
                    "wire_bytes_per_task",
                    of.contender() == Contender.MEMORY
                            ? "there is no wire"
                            : "counted in a full run, at the usual level");
        }
        if (known.cpuMicrosBroker() == null) {
            said = said.unknown(
                    "cpu_us_broker",
                    of.contender() == Contender.MEMORY
                            ? "the broker is part of the client"
                            : server.pid().isPresent()
                                    ? "not measured"
                                    : "the server's process cannot be seen from here");
        }
        if (known.stealPercent() == null) {
            said = said.unknown("steal_percent", "this system does not tell");
        }
        return said;
    }

    private static String notKept(Taken taken) {
        return taken.reference().stream()
                .reduce((first, second) -> second)
                .map(last -> NOT_KEPT
                        + String.format(
                                Locale.ROOT,
                                "%,.0f of %,.0f tasks/s, %.1f s behind at the end",
                                last.answer().figures().ending().achieved(),
                                last.point().rate(),
                                last.answer().figures().ending().behindNanos() / 1e9))
                .orElse("nothing was measured");
    }

    private static Stream<PointFigures> all(Taken taken) {
        return Stream.of(
                        taken.warmUp().stream(),
                        taken.reference().stream().map(Round::answer),
                        taken.others().stream().map(Seen::answer))
                .flatMap(answers -> answers)
                .map(Answer::figures);
    }

    private static long lost(Taken taken) {
        return all(taken).mapToLong(each -> each.ending().lost().size()).sum();
    }

    private static long duplicates(Taken taken) {
        return all(taken).mapToLong(each -> each.ending().duplicates()).sum();
    }
}
