package io.lovage.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.lane.Used;
import io.lovage.benchmarks.latency.PointFigures.Ending;
import io.lovage.benchmarks.latency.PointFigures.Percentiles;
import io.lovage.benchmarks.latency.PointFigures.Sending;
import io.lovage.benchmarks.latency.Program.Asked;
import io.lovage.benchmarks.latency.Taken.Round;
import io.lovage.benchmarks.latency.Taken.Seen;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchPoint;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.report.BenchSample;
import io.lovage.benchmarks.report.Latencies;
import io.lovage.benchmarks.servers.Server;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The row of a latency")
class LatencyRowTest {
    private static final Case REDIS =
            new Case(Contender.REDIS, Level.D1, What.LATENCY, Variant.LOVAGE, Plan.LEAST_PAYLOAD);
    private static final Server SERVER = new Server("redis://127.0.0.1", OptionalLong.empty(), "7", Map.of());
    private static final Point REFERENCE = new Point(1_000, 0, 0, 1_000);

    private static Answer kept(double millis) {
        return new Answer(
                new PointFigures(
                        new Sending(1_000, 1_000, 1_000, 0),
                        new Ending(1_000, 0, List.of(), 0, 1_000),
                        new Percentiles(1_000, millis, 2 * millis, 3 * millis, 4 * millis, 5 * millis)),
                new Used(1_000_000_000, 20_000_000, Used.UNKNOWN, 0.5, 5_000_000));
    }

    private static Answer behind(List<String> lost, int duplicates) {
        return new Answer(
                new PointFigures(
                        new Sending(1_000, 1_000, 1_000, 0),
                        new Ending(1_000 - lost.size(), duplicates, lost, 1_500_000_000, 400),
                        new Percentiles(1_000, 900, 1_000, 1_500, 1_500, 1_500)),
                new Used(2_500_000_000L, 20_000_000, 10_000_000, 0.5, Used.UNKNOWN));
    }

    private static Taken rounds(Answer... answers) {
        return new Taken(
                8_000,
                List.of(),
                IntStream.range(0, answers.length)
                        .mapToObj(round -> new Round(round, REFERENCE, answers[round]))
                        .toList(),
                List.of());
    }

    @Test
    void hasTheMediansOfItsRoundsAtTheReferenceRate() {
        BenchRow row = LatencyRow.of(REDIS, rounds(kept(2), kept(1), kept(9)), SERVER, OptionalDouble.empty());
        assertThat(row.outcome().score()).isEqualTo(2);
        assertThat(row.outcome().latencies()).isEqualTo(new Latencies(2.0, 4.0, 6.0, 8.0, 10.0));
        assertThat(row.samples()).extracting(BenchSample::p99Millis).containsExactly(6.0, 3.0, 27.0);
        assertThat(row.outcome().costs().cpuMicrosClient()).isEqualTo(20);
        assertThat(row.outcome().costs().allocBytes()).isEqualTo(5_000);
        assertThat(row.terms().parameters()).containsEntry("rate", "1,000/s");
        assertThat(row.outcome().unknown()).containsKeys("cpu_us_broker", "wire_bytes_per_task");
    }

    @Test
    void hasNoScoreWhereTheRateWasNotKeptAndSaysSo() {
        BenchRow row = LatencyRow.of(REDIS, rounds(behind(List.of(), 0)), SERVER, OptionalDouble.empty());
        assertThat(row.outcome().score()).isNull();
        assertThat(row.outcome().latencies()).isEqualTo(Latencies.NONE);
        assertThat(row.outcome().unknown())
                .containsEntry("p99_ms", "the rate was not kept: 400 of 1,000 tasks/s, 1.5 s behind at the end");
    }

    @Test
    void hasPointsWithoutLatenciesWhereTheRateWasNotKept() {
        Taken taken = new Taken(
                2_000,
                List.of(),
                List.of(new Round(0, REFERENCE, kept(1))),
                List.of(
                        new Seen(new Asked(0.5, true, 0), REFERENCE, kept(1)),
                        new Seen(new Asked(1_000, false, 0), REFERENCE, behind(List.of(), 0))));
        assertThat(LatencyRow.of(REDIS, taken, SERVER, OptionalDouble.empty()).points())
                .containsExactly(
                        new BenchPoint(1_000, 0.5, 0, 1_000.0, null, new Latencies(1.0, 2.0, 3.0, 4.0, 5.0)),
                        new BenchPoint(1_000, null, 0, 400.0, 1_500.0, Latencies.NONE));
    }

    @Test
    void countsWhatWasLostAndWhatCameTwiceAtEveryRate() {
        Taken taken = new Taken(
                2_000,
                List.of(behind(List.of(), 1)),
                List.of(
                        new Round(0, REFERENCE, behind(List.of("task 1, confirmed"), 2)),
                        new Round(1, REFERENCE, kept(1))),
                List.of(new Seen(
                        new Asked(0.9, true, 0),
                        REFERENCE,
                        behind(List.of("task 8, confirmed", "task 9, confirmed"), 5))));
        BenchRow row = LatencyRow.of(REDIS, taken, SERVER, OptionalDouble.empty());
        assertThat(row.outcome().lost()).isEqualTo(3);
        assertThat(row.outcome().duplicates()).isEqualTo(8);
        assertThat(row.outcome().score()).isEqualTo(1);
    }
}
