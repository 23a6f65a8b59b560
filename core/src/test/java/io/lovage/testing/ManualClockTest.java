package io.lovage.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ManualClockTest {
    private final ManualClock clock = new ManualClock();
    private final List<String> ran = new ArrayList<>();

    private void note(String what) {
        ran.add(what + "@" + Duration.ofNanos(clock.nanoTime()).toMillis());
    }

    @Test
    void standsStillUntilItIsAdvanced() {
        Instant begin = clock.now();
        assertThat(begin).isEqualTo(Instant.parse("2030-01-01T00:00:00Z"));
        clock.advance(Duration.ofSeconds(3));
        assertThat(clock.now()).isEqualTo(begin.plusSeconds(3));
        assertThat(clock.nanoTime()).isEqualTo(3_000_000_000L);
    }

    @Test
    void runsWhatFallsDueInOrderEachAtItsOwnTime() {
        clock.after(Duration.ofMillis(20), () -> note("second"));
        clock.after(Duration.ofMillis(10), () -> note("first"));
        clock.after(Duration.ofMillis(20), () -> note("third"));
        clock.after(Duration.ofMillis(31), () -> note("not yet"));
        clock.advance(Duration.ofMillis(30));
        assertThat(ran).containsExactly("first@10", "second@20", "third@20");
        assertThat(clock.waitingActions()).isEqualTo(1);
    }

    @Test
    void runsWhatAnActionSchedulesWithinTheSameAdvance() {
        clock.after(Duration.ofMillis(10), () -> {
            note("outer");
            clock.after(Duration.ofMillis(10), () -> note("inner"));
        });
        clock.advance(Duration.ofMillis(20));
        assertThat(ran).containsExactly("outer@10", "inner@20");
    }

    @Test
    void runsADueActionOnlyWhenAdvancedEvenByNothing() {
        clock.after(Duration.ZERO, () -> note("now"));
        clock.after(Duration.ofMillis(-5), () -> note("past"));
        assertThat(ran).isEmpty();
        clock.advance(Duration.ZERO);
        assertThat(ran).containsExactly("now@0", "past@0");
    }

    @Test
    void neverRunsWhatWasCancelled() {
        clock.after(Duration.ofMillis(10), () -> note("cancelled")).cancel();
        clock.advance(Duration.ofSeconds(1));
        assertThat(ran).isEmpty();
        assertThat(clock.waitingActions()).isZero();
    }

    @Test
    void showsWhatAnActionThrewAfterAllOthersHaveRun() {
        clock.after(Duration.ofMillis(1), () -> {
            throw new IllegalStateException("one");
        });
        clock.after(Duration.ofMillis(2), () -> {
            throw new IllegalStateException("two");
        });
        clock.after(Duration.ofMillis(3), () -> note("third"));
        assertThatThrownBy(() -> clock.advance(Duration.ofMillis(5)))
                .hasMessage("one")
                .hasSuppressedException(new IllegalStateException("two"));
        assertThat(ran).containsExactly("third@3");
        assertThat(clock.nanoTime()).isEqualTo(5_000_000L);
    }

    @Test
    void takesADelayBeyondAllTimeAndRefusesToGoBack() {
        clock.advance(Duration.ofDays(1));
        clock.after(Duration.ofSeconds(Long.MAX_VALUE), () -> note("never"));
        clock.advance(Duration.ofDays(10_000));
        assertThat(ran).isEmpty();
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
