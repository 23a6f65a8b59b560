package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class BrokersClockTest {
    private static final long BEGIN = -5_000_000_000L;

    private static long after(long millis) {
        return BEGIN + TimeUnit.MILLISECONDS.toNanos(millis);
    }

    @Test
    void doesNotKnowTheTimeBeforeItWasTold() {
        BrokersClock clock = new BrokersClock(BEGIN);
        assertThat(clock.wantsToBeTold(BEGIN)).isTrue();
        assertThat(clock.now(BEGIN)).isEmpty();
    }

    @Test
    @DisplayName("R5.1 the best that was told counts, and is never ahead of the brokers")
    void theBestCounts() {
        BrokersClock clock = new BrokersClock(BEGIN);
        clock.told(1_000_000, after(100)); // told late
        assertThat(clock.now(after(200))).hasValue(1_000_100);
        clock.told(1_000_260, after(300)); // told at once: the first one was 60 ms old
        assertThat(clock.now(after(400))).hasValue(1_000_360);
        clock.told(1_000_360, after(500));
        assertThat(clock.now(after(500))).hasValue(1_000_460);
    }

    @Test
    void whatWasToldLongAgoIsForgotten() {
        BrokersClock clock = new BrokersClock(BEGIN);
        clock.told(1_000_000, after(0));
        assertThat(clock.wantsToBeTold(after(9_000))).isFalse();
        assertThat(clock.wantsToBeTold(after(10_000))).isTrue();
        assertThat(clock.now(after(12_000))).as("still believed").hasValue(1_012_000);
        clock.told(1_011_000, after(13_000)); // its clock was put back, or ours is fast
        assertThat(clock.now(after(21_000))).as("the second period").hasValue(1_019_000);
        assertThat(clock.now(after(60_000))).isEmpty();
    }
}
