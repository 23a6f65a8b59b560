package io.lovage.benchmarks.lane;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class MeterTest {
    @Test
    void whatThisProcessUsesIsFoundFromOutsideToo() {
        Meter meter = Meter.start(OptionalLong.of(ProcessHandle.current().pid()));
        byte[][] garbage = new byte[1_000][];
        for (int i = 0; i < garbage.length; i++) {
            garbage[i] = new byte[10_000];
        }
        Used used = meter.stop();

        assertThat(used.nanos()).isPositive();
        assertThat(used.clientCpuNanos()).isNotNegative(); // counted in steps of 10 ms
        assertThat(used.allocatedBytes()).isGreaterThan(9_000_000);
        assertThat(used.stealPercent()).isBetween((double) Used.UNKNOWN, 100.0);
    }

    @Test
    void aServerThatCannotBeSeenIsNotGuessed() {
        Used used = Meter.start(OptionalLong.empty()).stop();

        assertThat(used.brokerCpuNanos()).isEqualTo(Used.UNKNOWN);
    }

    @Test
    void aProcessThatIsGoneIsNotGuessed() {
        assertThat(new ProcessTree(OptionalLong.of(Integer.MAX_VALUE)).cpuNanos())
                .isEqualTo(Used.UNKNOWN);
    }
}
