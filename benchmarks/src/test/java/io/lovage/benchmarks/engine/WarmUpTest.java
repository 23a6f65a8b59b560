package io.lovage.benchmarks.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WarmUpTest {
    private final WarmUp warmUp = new WarmUp();

    @Test
    void goesOnWhileTheRateRises() {
        for (double rate = 1_000; rate < 20_000; rate *= 1.2) {
            warmUp.ran(rate);
            assertThat(warmUp.isOver()).isFalse();
        }
    }

    @Test
    void isOverWhenTheLastTwoRunsWereNoFaster() {
        warmUp.ran(1_000);
        warmUp.ran(5_000);
        warmUp.ran(5_100);
        assertThat(warmUp.isOver())
                .as("the second one was five times as fast as the first")
                .isFalse();
        warmUp.ran(4_000);
        assertThat(warmUp.isOver()).isTrue();
    }
}
