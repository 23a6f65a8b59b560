package io.lovage.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.report.Measured.Sample;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FiguresTest {
    private static final Measured.Facts FACTS = new Measured.Facts("publish", "confirmed", "batches of 10", 1_000);

    @TempDir
    private Path folder;

    @Nested
    class Compared {
        @Test
        void ratiosAreTakenWithinARound() {
            // the machine was three times as fast in the second round, for both
            Measured row = row(new Goal(Goal.Kind.RATIO, 0.8), List.of(90.0, 300.0), List.of(100.0, 300.0));
            assertThat(row.ratio()).isEqualTo(new Spread(0.95, 0.9, 1.0));
            assertThat(row.reached()).isTrue();
        }

        @Test
        void aMedianBelowTheGoalIsAMiss() {
            assertThat(row(new Goal(Goal.Kind.RATIO, 0.8), List.of(70.0), List.of(100.0))
                            .reached())
                    .isFalse();
            assertThat(row(new Goal(Goal.Kind.TASKS_PER_SECOND, 200), List.of(199.0), List.of())
                            .reached())
                    .isFalse();
            assertThat(row(new Goal(Goal.Kind.NONE, 0), List.of(1.0), List.of(100.0))
                            .reached())
                    .isTrue();
        }
    }

    @Nested
    class Kept {
        @Test
        void figuresAreReadAsTheyWereWritten() throws Exception {
            Figures figures = figures();
            Path file = folder.resolve("figures.json");
            figures.write(file);
            assertThat(Figures.read(file)).isEqualTo(figures);
        }

        @Test
        void aSectionIsReplacedAndWhatSurroundsItStays() throws Exception {
            Path document = folder.resolve("text.md");
            Files.writeString(
                    document, "before\n<!-- ratios: begin, generated -->\nold\n<!-- ratios: end -->\nafter\n");
            Section section = new Section(document, "ratios");
            section.write("new\n");
            assertThat(section.read()).isEqualTo("new\n");
            assertThat(document)
                    .hasContent("before\n<!-- ratios: begin, generated -->\nnew\n<!-- ratios: end -->\nafter\n");
        }
    }

    @Nested
    class Shown {
        @Test
        void eachRowStatesItsGuaranteeItsSpreadAndItsGoal() {
            assertThat(RatioTable.of(figures()))
                    .contains("Load average before 0.5, after 2.5.")
                    .contains("| **publish**: batches of 10 | confirmed | 92 (90 to 94) | 100 (100 to 100) |"
                            + " **0.92** (0.90 to 0.94) | 2.0 µs, bare 2.0 µs | ratio 0.80, reached |")
                    .contains("Medians of 2 rounds");
        }

        @Test
        void aWaitStandsBesideThatOfTheBareClientOrWhatCannotBeBeaten() {
            StartFigures figures = new StartFigures(
                    figures().environment(),
                    List.of(
                            new StartFigures.Row("first task", List.of(400.0, 500.0, 700.0), List.of(5_000.0), 0),
                            new StartFigures.Row("long tasks", List.of(4_100.0), List.of(), 4_000)));
            assertThat(StartTable.of(figures))
                    .contains("| first task | **500** (400 to 700) | **5,000** (5,000 to 5,000) | – |")
                    .contains("| long tasks | **4,100** (4,100 to 4,100) | – | 4,000 |");
        }

        @Test
        void aHeapThatGrowsWithWhatIsDoneIsSeen() {
            long megabyte = 1 << 20;
            HeapFigures.Reading full = new HeapFigures.Reading(0, 1_010 * megabyte);
            HeapFigures flat = heap(full, new HeapFigures.Reading(500, 510 * megabyte));
            HeapFigures growing = heap(full, new HeapFigures.Reading(500, 600 * megabyte));
            assertThat(flat.flat()).isTrue();
            assertThat(growing.flat()).isFalse();
            assertThat(HeapTable.of(flat)).contains("| 500 | 510 | 542 |");
        }

        private HeapFigures heap(HeapFigures.Reading... readings) {
            return new HeapFigures("2030-01-01T00:00:00Z", "a JVM", 1_000, 10L << 20, List.of(readings));
        }
    }

    private static Figures figures() {
        Environment environment = new Environment(
                "2030-01-01T00:00:00Z", "a processor", 2, "an OS", "a JVM", "-Xmx2g", Map.of("Lovage", "1"), 0.5, 2.5);
        Goal goal = new Goal(Goal.Kind.RATIO, 0.8);
        return new Figures(environment, List.of(row(goal, List.of(90.0, 94.0), List.of(100.0, 100.0))));
    }

    private static Measured row(Goal goal, List<Double> lovage, List<Double> bare) {
        return new Measured("publish", FACTS, goal, samples(lovage), samples(bare));
    }

    private static List<Sample> samples(List<Double> rates) {
        return rates.stream().map(rate -> new Sample(rate, 2)).toList();
    }
}
