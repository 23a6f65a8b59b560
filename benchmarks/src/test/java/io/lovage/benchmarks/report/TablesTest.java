package io.lovage.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class TablesTest {
    @Nested
    class Compared {
        @Test
        void aRatioIsTakenRoundByRound() {
            // the machine was three times as fast in the second round, for both
            Group group = publish(MadeUp.samples(90, 300, 95), MadeUp.samples(100, 300, 100), 0L, 0L);
            assertThat(group.ratio()).contains(new Spread(0.95, 0.9, 1.0));
        }

        @Test
        void whatWasRepeatedCountsForNothing() {
            List<BenchSample> lovage = List.of(
                    new BenchSample(0, 10, null, null, null, 40.0, true),
                    new BenchSample(0, 90, null, null, null, 0.0, false));
            assertThat(publish(lovage, MadeUp.samples(100), 0L, 0L).ratio()).contains(new Spread(0.9, 0.9, 0.9));
        }

        @Test
        void latenciesAreComparedByTheirTails() {
            Group latency = Group.of(MadeUp.quick()).stream()
                    .filter(group ->
                            group.of().what() == What.LATENCY && group.bare().isPresent())
                    .findFirst()
                    .orElseThrow();
            assertThat(latency.ratio().orElseThrow().median()).isEqualTo(1.1, within(1e-9));
            assertThat(latency.later().orElseThrow().median()).isEqualTo(0.4, within(1e-9));
            assertThat(Goals.verdict(latency)).contains("1.3 or 1 ms, reached");
        }
    }

    @Nested
    class Shown {
        @Test
        void everyBrokerStandsBesideItsBareClient() {
            String publish = table("publish, tasks/s, 100 B");
            assertThat(publish)
                    .contains("memory", "rabbitmq-classic", "rabbitmq-quorum", "redis", "kafka-batch", "kafka-lane")
                    .contains("0.90 (0.90 to 0.90)", "0.85, reached", "bare / ceiling", "10.0 (10.0)")
                    // the made-up ceiling is 1.3 times as fast, and RabbitMQ's bare client has more to reach
                    .contains("0.77 (0.77 to 0.77); 0.8, MISSED", "0.77 (0.77 to 0.77); 0.6, reached");
        }

        @Test
        void aGoalThatIsMissedIsSeen() {
            assertThat(Goals.verdict(publish(MadeUp.samples(70), MadeUp.samples(100), 0L, 0L)))
                    .contains("0.85, MISSED");
        }

        @Test
        void whatIsLostOrComesTwiceIsSeenByName() {
            Group group = publish(MadeUp.samples(90), MadeUp.samples(100), 7L, null);
            Table table = Tables.comparison(new BenchReport(MadeUp.environment(), group.rows(), List.of()))
                    .get(0);
            assertThat(table.rows().get(0)).endsWith("lovage 7, bare 0", "lovage –, bare 0");
        }

        @Test
        void columnsAreAlignedAndCellsOfMarkdownAreEscaped() {
            Table table = new Table("t", List.of("name", "n"), List.of(List.of("a|b", "1"), List.of("c", "1,000")), 1);
            assertThat(table.lines()).containsExactly("t", "  name      n", "  a|b       1", "  c     1,000");
            assertThat(table.markdown()).isEqualTo("| name | n |\n|---|---:|\n| a\\|b | 1 |\n| c | 1,000 |\n");
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> new Table("t", List.of("a"), List.of(List.of("1", "2")), 1));
        }

        private static String table(String title) {
            return Tables.comparison(MadeUp.quick()).stream()
                    .filter(table -> table.title().equals(title))
                    .flatMap(table -> table.lines().stream())
                    .reduce("", (above, line) -> above + line + "\n");
        }
    }

    @Nested
    class Summed {
        @Test
        void aFewLinesForTheReadme() {
            assertThat(Summary.few(Optional.of(MadeUp.quick())))
                    .contains("| Redis | D1 | 36,000 (0.90) | 36,000 (0.90) | 36,000 (0.90) | 4.40 (4.00) |")
                    .contains("| in memory | D0 | 30,000 |");
        }

        @Test
        void theWholeForTheDocument() {
            assertThat(Summary.whole(Optional.of(MadeUp.full())))
                    .contains(
                            "**Which broker should I pick?**",
                            "**publish, tasks/s, 100 B**",
                            "**Where it was measured**");
        }

        @Test
        void nothingIsSaidWhereNothingWasMeasured() {
            assertThat(Summary.few(Optional.empty())).contains("No full run is committed yet");
        }
    }

    private static Group publish(
            List<BenchSample> lovage, List<BenchSample> bare, @Nullable Long lost, @Nullable Long duplicates) {
        BenchRow ours = MadeUp.row(MadeUp.publish(Contender.REDIS, Variant.LOVAGE), lovage, lost, duplicates);
        BenchRow theirs = MadeUp.row(MadeUp.publish(Contender.REDIS, Variant.BARE), bare, 0L, 0L);
        return Group.of(MadeUp.of(ours, theirs)).get(0);
    }
}
