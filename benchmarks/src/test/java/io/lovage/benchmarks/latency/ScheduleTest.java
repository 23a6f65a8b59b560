package io.lovage.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class ScheduleTest {
    @Test
    void tasksAreDueAtEqualDistances() {
        Schedule schedule = new Schedule(4, 0, 10);
        assertThat(schedule.due(0)).isZero();
        assertThat(schedule.due(1)).isEqualTo(250_000_000);
        assertThat(schedule.due(9)).isEqualTo(2_250_000_000L);
        assertThat(schedule.length()).isEqualTo(2_500_000_000L);
    }

    @Test
    void errorsDoNotAddUpWhereTheDistanceIsNoWholeNumber() {
        assertThat(new Schedule(3, 0, 3_000_000).due(2_999_997)).isEqualTo(999_999_000_000_000L);
    }

    @Test
    void theFirstTasksWarmUpAndDoNotCount() {
        Schedule schedule = Schedule.of(100, Duration.ofSeconds(2), Duration.ofSeconds(3));
        assertThat(schedule).isEqualTo(new Schedule(100, 200, 500));
        assertThat(schedule.counts(199)).isFalse();
        assertThat(schedule.counts(200)).isTrue();
    }

    @Test
    void aSlowRateHasOneTaskAtLeast() {
        assertThat(Schedule.of(0.1, Duration.ofSeconds(1), Duration.ofSeconds(1)))
                .isEqualTo(new Schedule(0.1, 0, 1));
    }

    @Test
    void nothingToCountIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new Schedule(1, 5, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> new Schedule(0, 0, 5));
        assertThatIllegalArgumentException().isThrownBy(() -> new Schedule(Double.NaN, 0, 5));
    }
}
