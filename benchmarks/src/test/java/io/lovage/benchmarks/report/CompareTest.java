package io.lovage.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CompareTest {
    private static final Case PUBLISH = MadeUp.publish(Contender.REDIS, Variant.LOVAGE);

    @Nested
    class BeyondTheNoise {
        @Test
        void theRankTestIsThatOfTheBooks() {
            // three against three, wholly apart: two of the twenty ways to choose three places
            assertThat(RankTest.chance(List.of(1.0, 2.0, 3.0), List.of(4.0, 5.0, 6.0)))
                    .isEqualTo(0.1, within(1e-12));
            // five against five: two of 252
            assertThat(RankTest.chance(List.of(1.0, 2.0, 3.0, 4.0, 5.0), List.of(6.0, 7.0, 8.0, 9.0, 10.0)))
                    .isEqualTo(2.0 / 252, within(1e-12));
            // one of five is out of order: sums of 15 and of 16 on either side, four ways
            assertThat(RankTest.chance(List.of(1.0, 2.0, 3.0, 4.0, 6.0), List.of(5.0, 7.0, 8.0, 9.0, 10.0)))
                    .isEqualTo(4.0 / 252, within(1e-12));
        }

        @Test
        void whatIsAllTheSameHasNoOrder() {
            assertThat(RankTest.chance(List.of(7.0, 7.0, 7.0), List.of(7.0, 7.0, 7.0)))
                    .isEqualTo(1);
        }

        @Test
        void fiveRunsThatAreAllFasterAreAChange() {
            assertThat(Noise.isBeyond(
                            List.of(100.0, 101.0, 99.0, 102.0, 98.0), List.of(103.0, 104.0, 105.0, 106.0, 107.0)))
                    .isTrue();
        }

        @Test
        void fiveRunsThatOverlapAreNone() {
            assertThat(Noise.isBeyond(
                            List.of(100.0, 101.0, 99.0, 110.0, 98.0), List.of(103.0, 104.0, 105.0, 106.0, 107.0)))
                    .isFalse();
        }

        @Test
        void threeRunsMustBeFurtherApartThanTheyAreWide() {
            List<Double> before = List.of(100.0, 105.0, 110.0);
            assertThat(Noise.isBeyond(before, List.of(118.0, 119.0, 120.0))).isFalse();
            assertThat(Noise.isBeyond(before, List.of(121.0, 122.0, 130.0))).isTrue();
            assertThat(Noise.isBeyond(before, List.of(50.0, 52.0, 55.0))).isTrue();
        }

        @Test
        void twoRunsSayNothing() {
            assertThat(Noise.isBeyond(List.of(1.0, 1.0), List.of(9.0, 9.0, 9.0)))
                    .isFalse();
        }
    }

    @Nested
    class Named {
        @Test
        void theChangeOfEachMedianWithItsDirection() {
            Compare compare = Compare.of(
                    MadeUp.of(MadeUp.row(PUBLISH, 100, 101, 99)), MadeUp.of(MadeUp.row(PUBLISH, 120, 121, 119)));
            assertThat(compare.beyondNoise()).singleElement().satisfies(change -> {
                assertThat(change.figure()).isEqualTo(Change.Figure.RATE);
                assertThat(change.share()).isEqualTo(0.2, within(1e-9));
                assertThat(change.isBetter()).isTrue();
            });
            assertThat(String.join("\n", CompareTable.lines(compare)))
                    .contains("redis D1 publish lovage 100", "+20.0 %", "better")
                    .contains("2 figures of 1 cases were compared");
        }

        @Test
        void aLongerLatencyIsWorse() {
            BenchReport before = MadeUp.quick();
            assertThat(Compare.of(before, before).beyondNoise()).isEmpty();
            assertThat(CompareTable.lines(Compare.of(before, before))).startsWith("Nothing changed beyond the noise.");
            Change later = new Change(PUBLISH, Change.Figure.P99, 4, 9, true);
            assertThat(later.isBetter()).isFalse();
        }

        @Test
        void whatIsThereInOneReportOnly() {
            Case quorum = MadeUp.publish(Contender.RABBITMQ_QUORUM, Variant.LOVAGE);
            Compare compare =
                    Compare.of(MadeUp.of(MadeUp.row(PUBLISH, 1, 1, 1)), MadeUp.of(MadeUp.row(quorum, 1, 1, 1)));
            assertThat(compare.changes()).isEmpty();
            assertThat(compare.onlyBefore()).containsExactly(PUBLISH);
            assertThat(compare.onlyAfter()).containsExactly(quorum);
            assertThat(CompareTable.lines(compare))
                    .contains("Only in the older report:", "  redis D1 publish lovage 100");
        }

        @Test
        void anotherMachineOrVersionBeforeAnythingElse() {
            BenchEnvironment here = MadeUp.environment();
            Environment machine = new Environment(
                    "2030-02-02T00:00:00Z",
                    "another processor",
                    8,
                    "an OS",
                    "a JVM",
                    "-Xmx2g",
                    Map.of("Redis", "8.0", "Lovage", "x"),
                    0,
                    0);
            BenchEnvironment there = new BenchEnvironment(
                    machine,
                    here.plan(),
                    "abc",
                    Map.of("redis D1", Map.of("appendfsync", "always", "save", "cannot be read back: renamed")));
            List<String> lines = CompareTable.lines(Compare.of(
                    new BenchReport(here, List.of(), List.of()), new BenchReport(there, List.of(), List.of())));
            assertThat(lines)
                    .startsWith(
                            "Not the same in both runs, and perhaps the reason:",
                            "  processor was a processor, is another processor",
                            "  cores was 2, is 8",
                            "  Redis was 7.0.15, is 8.0",
                            "  redis D1: appendfsync was everysec, is always");
        }

        @Test
        void tasksThatAreLostNowAndWereNot() {
            Compare compare = Compare.of(
                    MadeUp.of(MadeUp.row(PUBLISH, MadeUp.samples(1, 1, 1), 0L, null)),
                    MadeUp.of(MadeUp.row(PUBLISH, MadeUp.samples(1, 1, 1), 3L, 0L)));
            assertThat(compare.countedOtherwise())
                    .containsExactly(
                            "redis D1 publish lovage 100: lost was 0, is 3",
                            "redis D1 publish lovage 100: duplicates was not counted, is 0");
        }
    }
}
