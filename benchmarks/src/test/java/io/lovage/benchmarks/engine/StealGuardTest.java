package io.lovage.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.benchmarks.lane.Sample;
import io.lovage.benchmarks.lane.Used;
import org.junit.jupiter.api.Test;

class StealGuardTest {
    @Test
    void aFifthOfTheSamplesAtMostIsTakenAgain() {
        StealGuard guard = new StealGuard(10);

        assertThat(guard.wantsAgain(stolen(50))).isTrue();
        assertThat(guard.wantsAgain(stolen(50))).isTrue();
        assertThat(guard.wantsAgain(stolen(50))).isFalse();
    }

    @Test
    void whatWasLittleDisturbedIsUsed() {
        StealGuard guard = new StealGuard(10);

        assertThat(guard.wantsAgain(stolen(4))).isFalse();
        assertThat(guard.wantsAgain(stolen(Used.UNKNOWN))).isFalse();
    }

    private static Sample stolen(double percent) {
        return new Sample(1_000, new Used(1, 1, 1, percent, 1), 0, 0);
    }
}
