package io.lovage.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.benchmarks.report.BenchReport;
import io.lovage.benchmarks.report.BenchRow;
import io.lovage.benchmarks.servers.Server;
import io.lovage.benchmarks.servers.Servers;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.UUID;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
@DisplayName("What a broker loses or doubles stands in the report")
class CountingTest {
    @Test
    void aBrokerThatLosesOneOfAHundredIsShownAsSuch() throws Exception {
        BenchReport report = measure(FaultyBrokerProvider.LOSING);

        assertThat(report.rows()).hasSize(2).allSatisfy(row -> {
            assertThat(row.outcome().lost()).isEqualTo(tasks(row) / FaultyBroker.ONE_OF);
            assertThat(row.outcome().duplicates()).isZero();
        });
    }

    @Test
    void aBrokerThatDoublesOneOfAHundredIsShownAsSuch() throws Exception {
        BenchReport report = measure(FaultyBrokerProvider.DOUBLING);

        assertThat(report.rows()).hasSize(2).allSatisfy(row -> {
            assertThat(row.outcome().lost()).isZero();
            assertThat(row.outcome().duplicates()).isEqualTo(tasks(row) / FaultyBroker.ONE_OF);
        });
    }

    @Test
    void aBrokerThatDoesNeitherIsShownAsSuch() throws Exception {
        BenchReport report = measure("memory");

        assertThat(report.rows()).hasSize(2).allSatisfy(row -> {
            assertThat(row.outcome().lost()).isZero();
            assertThat(row.outcome().duplicates()).isZero();
            assertThat(row.outcome().score()).isPositive();
            assertThat(row.outcome().costs().cpuMicrosClient()).isNotNull();
            assertThat(row.outcome().unknown()).containsKey("cpu_us_broker");
            assertThat(row.samples()).hasSize(1);
        });
    }

    private static long tasks(BenchRow row) {
        return Long.parseLong(row.terms().parameters().get("tasks"));
    }

    private static BenchReport measure(String scheme) throws Exception {
        List<Case> cases = List.of(of(What.PUBLISH), of(What.END_TO_END));
        Plan once = new Plan(Plan.Scale.QUICK, cases, 0, 1);
        return new Bench(once, serving(scheme), List.of(new Throughput(0)), Progress.SILENT).run();
    }

    private static Case of(What what) {
        return new Case(Contender.MEMORY, Level.D0, what, Variant.LOVAGE, Plan.LEAST_PAYLOAD);
    }

    private static Servers serving(String scheme) {
        return new Servers() {
            @Override
            public Server at(Contender contender, Level level) {
                return new Server(scheme + "://bench-" + UUID.randomUUID(), OptionalLong.empty(), "1", Map.of());
            }

            @Override
            public void close() {
                // nothing was started
            }
        };
    }
}
