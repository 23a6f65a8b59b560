package io.lovage.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.plan.Case;
import io.lovage.benchmarks.plan.Contender;
import io.lovage.benchmarks.plan.Level;
import io.lovage.benchmarks.plan.Plan;
import io.lovage.benchmarks.plan.Variant;
import io.lovage.benchmarks.plan.What;
import io.lovage.testservers.TestServers;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
@DisplayName("A task's bytes are counted at a relay")
class WireTest {
    /** A task crosses it twice, and is over a kilobyte with its envelope; leases and confirms come on top. */
    @Test
    void bothWaysAndWithAllThatBelongsToIt() throws Exception {
        String url = TestServers.redisUrl().orSkip(Assumptions::abort);
        Case lovage = new Case(Contender.REDIS, Level.D1, What.LATENCY, Variant.LOVAGE, Plan.LEAST_PAYLOAD);
        assertThat(Wire.bytesPerTask(lovage, url)).isBetween(2_000.0, 5_000.0);
        assertThat(Wire.bytesPerTask(lovage.by(Variant.BARE), url)).isBetween(2_000.0, 5_000.0);
    }
}
