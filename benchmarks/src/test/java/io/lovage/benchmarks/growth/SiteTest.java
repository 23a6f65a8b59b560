package io.lovage.benchmarks.growth;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.growth.Step.Kind;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.work.Setup;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@DisplayName("The work that is done while something grows")
class SiteTest {
    private static final int SLOTS = 4;

    private final Site site = new Site(
            new Setup(Contender.MEMORY, Level.D0, "memory://", "growth", Plan.LEAST_PAYLOAD), OptionalLong.empty());

    @AfterEach
    void close() {
        site.close();
    }

    /** As many wait after each piece of work as before it, or the next one would wait for tasks for ever. */
    @Test
    void leavesAsMuchWaitingAsThereWas() throws Exception {
        site.run(new Step(Kind.PUBLISH, 3_000, 1, SLOTS));
        for (int round = 0; round < 5; round++) {
            site.run(new Step(Kind.PUBLISH, 1_500, 1, SLOTS));
            site.run(new Step(Kind.CONSUME, 1_500, 1, SLOTS));
        }
        assertThat(site.run(new Step(Kind.CONSUME, 3_000, 1, SLOTS)).nanos()).isPositive();
    }

    @Test
    void isDoneOnSoManyQueues() throws Exception {
        assertThat(site.run(new Step(Kind.END_TO_END, 1_050, 7, SLOTS)).nanos()).isPositive();
    }

    @Test
    void isNotDisturbedByWhatIsDelayed() throws Exception {
        site.run(new Step(Kind.DELAY, 500, 1, SLOTS));
        site.run(new Step(Kind.PUBLISH, 500, 1, SLOTS));
        assertThat(site.run(new Step(Kind.CONSUME, 500, 1, SLOTS)).nanos()).isPositive();
    }
}
