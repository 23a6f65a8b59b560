package io.lovage.benchmarks.work;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Broker;
import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.testservers.TestServers;
import java.util.Arrays;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;

@Timeout(300)
@DisplayName("Every work sees each of its tasks once, run after run")
class WorksTest {
    private static final int TASKS = 500;

    @TestFactory
    Stream<DynamicTest> everyCaseOfAFullRun() {
        return Plan.full().cases().stream()
                .filter(each -> each.what() != What.LATENCY && each.payload() == Plan.LEAST_PAYLOAD)
                .filter(each -> each.level() == each.contender().usual())
                .map(each -> DynamicTest.dynamicTest(each.label(), () -> runTwice(each)));
    }

    @TestFactory
    Stream<DynamicTest> largeArguments() {
        return Arrays.stream(Contender.values())
                .filter(contender -> contender != Contender.MEMORY && contender != Contender.KAFKA_LANE)
                .map(contender -> new Case(contender, contender.usual(), What.END_TO_END, Variant.BARE, 20_000))
                .map(each -> DynamicTest.dynamicTest(each.label(), () -> runTwice(each)));
    }

    private static void runTwice(Case each) throws Exception {
        try (Work work = Works.open(each, url(each.contender().broker()), "benchmark.test." + UUID.randomUUID())) {
            for (int run = 0; run < 2; run++) {
                work.prepare(TASKS);
                work.run();
                assertThat(work.verify()).isEqualTo(new Tally(TASKS, 0, 0));
            }
        }
    }

    private static String url(Broker broker) {
        return switch (broker) {
            case MEMORY -> "memory://bench-" + UUID.randomUUID();
            case RABBITMQ -> TestServers.rabbitUrl().orSkip(Assumptions::abort);
            case REDIS -> TestServers.redisUrl().orSkip(Assumptions::abort);
            case KAFKA -> TestServers.kafkaUrl().orSkip(Assumptions::abort);
        };
    }
}
