package io.lovage.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.within;

import io.lovage.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The most that goes through a line")
class FloodTest {
    private static final Duration SECOND = Duration.ofSeconds(1);

    private final ManualClock clock = new ManualClock();
    private final Pace pace = new ManualPace(clock);
    private final Handling handling = new Handling(pace);

    private Flood flood(ManualLine.Fate fate) {
        return new Flood(pace, handling, new ManualLine(clock, handling, fate));
    }

    /** Each task takes the sender so long, and is run at once. */
    private static ManualLine.Fate taking(Duration time) {
        return (number, line) -> {
            line.runAfter(Duration.ZERO, number);
            line.holdUp(time);
        };
    }

    @Test
    void isWhatWasRunInTheTimeThatCounts() throws Exception {
        assertThat(flood(taking(Duration.ofMillis(2))).run(SECOND, 10)).isCloseTo(500, within(1.0));
    }

    @Test
    void isNotLessForASlowBeginning() throws Exception {
        double rate = flood((number, line) -> {
                    line.runAfter(Duration.ZERO, number);
                    line.holdUp(Duration.ofMillis(number < 100 ? 10 : 1));
                })
                .run(SECOND, 10);
        assertThat(rate).isCloseTo(1_000, within(2.0));
    }

    @Test
    void isLookedAtSoOftenAtMost() throws Exception {
        double rate = flood((number, line) -> {
                    line.runAfter(Duration.ZERO, number);
                    line.holdUp(Duration.ofNanos(1_000_000_000 / (number + 1))); // faster and faster
                })
                .run(SECOND, 4);
        assertThat(clock.nanoTime()).isLessThan(Duration.ofSeconds(8).toNanos());
        assertThat(rate).isPositive();
    }

    @Test
    void isNothingWhenTasksAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> flood((number, line) -> {
                            line.refuse("no room");
                            line.runAfter(Duration.ZERO, number);
                            line.holdUp(Duration.ofMillis(1));
                        })
                        .run(SECOND, 10))
                .havingCause()
                .withMessage("no room");
    }
}
