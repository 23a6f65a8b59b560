package io.lovage.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.work.Setup;
import io.lovage.benchmarks.work.Stopwatch;
import io.lovage.testservers.TestServers;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
@DisplayName("Over every broker both sides run each task once")
class LinesTest {
    private static final int TASKS = 200;

    private final Pace pace = new ClockPace(Stopwatch.clock());
    private final Handling handling = new Handling(pace);

    @Test
    void inMemory() throws Exception {
        runs("memory://", Contender.MEMORY, Variant.LOVAGE);
    }

    @Test
    void classicQueuesOfRabbitMq() throws Exception {
        runsBoth(rabbit(), Contender.RABBITMQ_CLASSIC);
    }

    @Test
    void quorumQueuesOfRabbitMq() throws Exception {
        runsBoth(rabbit(), Contender.RABBITMQ_QUORUM);
    }

    @Test
    void redis() throws Exception {
        runsBoth(TestServers.redisUrl().orSkip(Assumptions::abort), Contender.REDIS);
    }

    @Test
    void batchesOfKafka() throws Exception {
        runsBoth(TestServers.kafkaUrl().orSkip(Assumptions::abort), Contender.KAFKA_BATCH);
    }

    @Test
    void lanesOfKafka() throws Exception {
        runsBoth(TestServers.kafkaUrl().orSkip(Assumptions::abort), Contender.KAFKA_LANE);
    }

    private static String rabbit() {
        return TestServers.rabbitUrl().orSkip(Assumptions::abort);
    }

    private void runsBoth(String url, Contender contender) throws Exception {
        runs(url, contender, Variant.LOVAGE);
        runs(url, contender, Variant.BARE);
    }

    private void runs(String url, Contender contender, Variant variant) throws Exception {
        Setup setup = new Setup(contender, contender.usual(), url, "benchmark.line." + UUID.randomUUID(), 100);
        try (Line line = Lines.open(setup, variant, handling)) {
            PointFigures first = new OpenLoop(pace, handling, line, 0).run(new Schedule(1_000, 0, 1), Duration.ZERO);
            PointFigures figures =
                    new OpenLoop(pace, handling, line, 1).run(new Schedule(1_000, 0, TASKS), Duration.ofMillis(1));
            line.check();
            assertThat(first.ending().lost()).as("%s, the first", variant).isEmpty();
            assertThat(figures.ending().lost()).as("%s", variant).isEmpty();
            assertThat(figures.ending().duplicates()).as("%s", variant).isZero();
            assertThat(figures.percentiles().count()).as("%s", variant).isEqualTo(TASKS);
        }
    }
}
