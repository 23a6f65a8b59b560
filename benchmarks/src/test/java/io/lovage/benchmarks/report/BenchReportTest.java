package io.lovage.benchmarks.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class BenchReportTest {
    private static final Case PUBLISH = MadeUp.publish(Contender.REDIS, Variant.LOVAGE);

    @TempDir
    private Path folder;

    @Nested
    class Written {
        @Test
        void aReportIsReadAsItWasWritten() throws Exception {
            Path file = folder.resolve("full.json");
            MadeUp.full().write(file);
            assertThat(BenchReport.read(file)).isEqualTo(MadeUp.full());
        }

        @Test
        void aRowHasTheNamesThatOthersReadItBy() {
            JsonNode row = JsonMapper.shared()
                    .readTree(MadeUp.of(MadeUp.row(PUBLISH, 90, 100, 95)).json())
                    .get("rows")
                    .get(0);
            assertThat(row.get("broker").stringValue()).isEqualTo("redis");
            assertThat(row.get("level").stringValue()).isEqualTo("D1");
            assertThat(row.get("what").stringValue()).isEqualTo("publish");
            assertThat(row.get("variant").stringValue()).isEqualTo("lovage");
            assertThat(row.get("payload").intValue()).isEqualTo(100);
            assertThat(row.get("score").doubleValue()).isEqualTo(95);
            assertThat(row.get("unit").stringValue()).isEqualTo("tasks/s");
            assertThat(row.propertyNames())
                    .contains(
                            "p50_ms",
                            "p99_ms",
                            "cpu_us_client",
                            "cpu_us_broker",
                            "steal_percent",
                            "lost",
                            "duplicates",
                            "guarantee");
        }

        @Test
        void whatIsNotKnownIsNullAndHasItsReason() {
            JsonNode row = JsonMapper.shared()
                    .readTree(MadeUp.of(MadeUp.row(PUBLISH, 90)).json())
                    .get("rows")
                    .get(0);
            assertThat(row.get("wire_bytes_per_task").isNull()).isTrue();
            assertThat(row.get("unknown").get("wire_bytes_per_task").stringValue())
                    .isEqualTo("nobody looked at the wire");
        }

        @Test
        void aSampleIsOneLine() {
            assertThat(MadeUp.of(MadeUp.row(PUBLISH, 90, 100)).json().lines())
                    .anyMatch(line -> line.contains("\"round\"") && line.contains("\"repeated\""));
        }
    }

    @Nested
    class Counted {
        @Test
        void aScoreIsTheMedianOfTheSamplesThatWereNotRepeated() {
            List<BenchSample> samples = List.of(
                    new BenchSample(0, 100, null, 4.0, null, 30.0, true),
                    new BenchSample(0, 190, null, 2.0, null, 0.0, false),
                    new BenchSample(1, 210, null, 3.0, null, 1.0, false));
            Outcome outcome = Outcome.of(samples, 0L, null);
            assertThat(outcome.score()).isEqualTo(200);
            assertThat(outcome.costs().cpuMicrosClient()).isEqualTo(2.5);
            assertThat(outcome.costs().cpuMicrosBroker()).isNull();
            assertThat(MadeUp.row(PUBLISH, samples, 0L, null).used()).hasSize(2);
        }

        @Test
        void aCaseHasOneRow() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MadeUp.of(MadeUp.row(PUBLISH, 1), MadeUp.row(PUBLISH, 2)))
                    .withMessageContaining("two rows");
        }

        @Test
        void whatIsNoNumberIsNoFigure() {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MadeUp.row(PUBLISH, Double.NaN))
                    .withMessage("score must be a number from 0 on, was NaN");
        }
    }

    @Nested
    class Refused {
        @Test
        void theFiguresOfAnOlderTool() {
            Path older = Path.of("..", "docs", "benchmarks", "heap.json");
            assertThatExceptionOfType(UnusableReportException.class)
                    .isThrownBy(() -> BenchReport.read(older))
                    .withMessageContaining("heap.json: format is missing")
                    .withMessageContaining("measure anew with bin/lovage bench --json FILE");
        }

        @Test
        void anotherFormat() throws Exception {
            refused("lovage bench 1", "lovage bench 0", "format is \"lovage bench 0\", not one of lovage bench 1");
        }

        @Test
        void aKeyThatIsNotKnown() throws Exception {
            refused("\"payload\"", "\"speed\" : 1, \"payload\"", "rows[0].speed is not known, its value is 1");
        }

        @Test
        void aKeyThatIsMissing() throws Exception {
            refused("\"lost\" : 0,", "", "rows[0].lost is missing");
        }

        @Test
        void aValueThatMeansNothing() throws Exception {
            refused("\"D1\"", "\"D9\"", "rows[0].level is \"D9\", not one of D0, D1, D2");
            refused("\"score\" : 95.0,", "\"score\" : \"fast\",", "rows[0].score is \"fast\", not a number");
            refused("\"lost\" : 0,", "\"lost\" : 0.5,", "rows[0].lost is 0.5, not a whole number");
            refused("\"unit\" : \"tasks/s\"", "\"unit\" : \"ms\"", "rows[0].unit is \"ms\", not one of tasks/s");
            refused("\"round\" : 1,", "\"round\" : -1,", "rows[0].samples[1]: round must not be negative, was -1");
        }

        @Test
        void aCaseThatCannotBeMeasured() throws Exception {
            refused("\"broker\" : \"redis\"", "\"broker\" : \"memory\"", "rows[0]: memory has no D1");
        }

        @Test
        void whatIsNoJson() throws Exception {
            Path file = Files.writeString(folder.resolve("half.json"), "{\"format\": ");
            assertThatExceptionOfType(UnusableReportException.class)
                    .isThrownBy(() -> BenchReport.read(file))
                    .withMessageContaining("half.json is not valid JSON (line 1")
                    .withMessageContaining("bin/lovage bench");
            Path list = Files.writeString(folder.resolve("list.json"), "[]");
            assertThatExceptionOfType(UnusableReportException.class)
                    .isThrownBy(() -> BenchReport.read(list))
                    .withMessageContaining("the whole is [], not an object");
        }

        private void refused(String part, String instead, String message) throws Exception {
            String good = MadeUp.of(MadeUp.row(PUBLISH, 90, 100, 95)).json();
            assertThat(good).contains(part);
            Path file = Files.writeString(folder.resolve("report.json"), good.replace(part, instead));
            assertThatExceptionOfType(UnusableReportException.class)
                    .isThrownBy(() -> BenchReport.read(file))
                    .withMessageContaining("report.json: " + message);
        }
    }
}
