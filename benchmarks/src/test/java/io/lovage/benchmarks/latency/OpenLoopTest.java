package io.lovage.benchmarks.latency;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.lovage.testing.ManualClock;
import java.time.Duration;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

@DisplayName("An open loop")
class OpenLoopTest {
    private static final Duration NO_TIME = Duration.ZERO;
    private static final Duration MILLI = Duration.ofMillis(1);

    /** Times are exact to one in a thousand, and to the nanosecond where the histogram ends. */
    private static final double DIGITS = 0.002;

    private final ManualClock clock = new ManualClock();
    private final Pace pace = new ManualPace(clock);
    private final Handling handling = new Handling(pace);

    private PointFigures run(Schedule schedule, Duration taskTime, ManualLine.Fate fate) throws Exception {
        return loop(new ManualLine(clock, handling, fate)).run(schedule, taskTime);
    }

    private OpenLoop loop(Line line) {
        return new OpenLoop(pace, handling, line, 0);
    }

    @Nested
    class KeepsItsSchedule {
        @Test
        void tasksAreSentAtTheirTimes() throws Exception {
            ManualLine line = new ManualLine(clock, handling, ManualLine.after(MILLI));
            loop(line).run(new Schedule(100, 0, 4), NO_TIME);
            double first = line.sentAtMillis().get(0);
            assertThat(line.sentAtMillis()).containsExactly(first, first + 10, first + 20, first + 30);
        }

        @Test
        void whoWasHeldUpSendsWhatIsDueAndThenKeepsTheOldTimes() throws Exception {
            ManualLine line = new ManualLine(clock, handling, (number, at) -> {
                if (number == 1) {
                    at.holdUp(Duration.ofMillis(25));
                }
                at.runAfter(MILLI, number);
            });
            loop(line).run(new Schedule(100, 0, 6), NO_TIME);
            double first = line.sentAtMillis().get(0);
            assertThat(line.sentAtMillis())
                    .containsExactly(first, first + 10, first + 35, first + 35, first + 40, first + 50);
        }
    }

    @Nested
    class Measures {
        @Test
        void fromTheIntendedMomentToTheEndOfTheHandler() throws Exception {
            var percentiles = run(
                            new Schedule(100, 0, 100), Duration.ofMillis(5), ManualLine.after(Duration.ofMillis(2)))
                    .percentiles();
            assertThat(percentiles.count()).isEqualTo(100);
            assertThat(percentiles.p50()).isCloseTo(7, within(7 * DIGITS));
            assertThat(percentiles.most()).isCloseTo(7, within(7 * DIGITS));
        }

        /**
         * A sender that waits for a server which stands still for half a second sends no task in that time. Who
         * measured from the actual send would see one slow task; the fifty that should have been sent did wait.
         */
        @Test
        void whatTheSenderCouldNotSendInTimeAsAWait() throws Exception {
            var percentiles = run(new Schedule(100, 0, 1_000), NO_TIME, (number, line) -> {
                        if (number == 500) {
                            line.holdUp(Duration.ofMillis(500));
                        }
                        line.runAfter(MILLI, number);
                    })
                    .percentiles();
            assertThat(percentiles.p50()).isCloseTo(1, within(DIGITS));
            assertThat(percentiles.p90()).isCloseTo(1, within(DIGITS));
            assertThat(percentiles.p99()).isCloseTo(401, within(401 * DIGITS));
            assertThat(percentiles.most()).isCloseTo(501, within(501 * DIGITS));
        }

        @Test
        void nothingOfTheWarmUp() throws Exception {
            PointFigures figures = run(
                    new Schedule(100, 50, 150),
                    NO_TIME,
                    (number, line) -> line.runAfter(number < 50 ? Duration.ofMillis(300) : MILLI, number));
            assertThat(figures.percentiles().count()).isEqualTo(100);
            assertThat(figures.percentiles().most()).isCloseTo(1, within(DIGITS));
            assertThat(figures.ending().ended()).isEqualTo(150);
        }

        @Test
        void eachPointByItself() throws Exception {
            ManualLine line = new ManualLine(clock, handling, (number, at) -> {
                if (number != 3) {
                    at.runAfter(number < 10 ? Duration.ofMillis(100) : MILLI, number);
                } else {
                    at.runAfter(Duration.ofSeconds(11), number); // in the second point
                }
            });
            OpenLoop loop = loop(line);
            PointFigures first = loop.run(new Schedule(100, 0, 10), NO_TIME);
            PointFigures second = loop.run(new Schedule(10, 0, 10), NO_TIME);
            assertThat(first.ending().lost()).contains("task 3, confirmed");
            assertThat(second.ending().ended()).isEqualTo(10);
            assertThat(second.ending().duplicates()).isZero();
            assertThat(second.percentiles().most()).isCloseTo(1, within(DIGITS));
        }
    }

    @Nested
    class Counts {
        private static final Schedule THOUSAND = new Schedule(1_000, 0, 1_000);

        @Test
        void whatWasNeverRunAsLostAndNamesIt() throws Exception {
            PointFigures figures = run(THOUSAND, NO_TIME, (number, line) -> {
                if (number % 100 != 7) {
                    line.runAfter(NO_TIME, number);
                }
            });
            assertThat(figures.ending().ended()).isEqualTo(990);
            assertThat(figures.ending().lost()).hasSize(10).startsWith("task 7, confirmed", "task 107, confirmed");
            assertThat(figures.ending().duplicates()).isZero();
        }

        @Test
        void whatWasRunTwiceAsDuplicateAndMeasuresItOnce() throws Exception {
            PointFigures figures = run(THOUSAND, NO_TIME, (number, line) -> {
                line.runAfter(NO_TIME, number);
                if (number % 100 == 7) {
                    line.runAfter(Duration.ofMillis(50), number);
                }
            });
            assertThat(figures.ending().duplicates()).isEqualTo(10);
            assertThat(figures.ending().lost()).isEmpty();
            assertThat(figures.percentiles().count()).isEqualTo(1_000);
            assertThat(figures.percentiles().most()).isCloseTo(0, within(DIGITS));
        }

        @Test
        void whatTheBrokerRefusedAndWhy() throws Exception {
            PointFigures figures = run(THOUSAND, NO_TIME, (number, line) -> {
                if (number == 3) {
                    line.refuse("no room");
                } else {
                    line.runAfter(NO_TIME, number);
                }
            });
            assertThat(figures.sending().refused()).isEqualTo(1);
            assertThat(figures.ending().lost()).containsExactly("task 3, not confirmed: no room");
        }
    }

    @Nested
    class SaysThatARateWasNotKept {
        /** One slot that needs two milliseconds for each task. */
        private final ManualLine.Fate tooSlow = new ManualLine.Fate() {
            private long busyUntil;

            @Override
            public void of(long number, ManualLine line) {
                busyUntil = Math.max(busyUntil, clock.nanoTime()) + 2 * MILLI.toNanos();
                line.runAfter(Duration.ofNanos(busyUntil - clock.nanoTime()), number);
            }
        };

        @Test
        void whenTheLastTasksEndedFarBehindIt() throws Exception {
            PointFigures figures = run(new Schedule(1_000, 0, 2_000), NO_TIME, tooSlow);
            assertThat(figures.kept()).isFalse();
            assertThat(figures.sending().sent()).isEqualTo(2_000);
            assertThat(figures.ending().lost()).isEmpty();
            assertThat(figures.ending().behindNanos())
                    .isEqualTo(Duration.ofMillis(2_001).toNanos());
            assertThat(figures.ending().achieved()).isCloseTo(500, within(1.0));
        }

        @Test
        void andStopsWhenItIsHopeless() throws Exception {
            PointFigures figures = run(new Schedule(1_000, 0, 100_000), NO_TIME, tooSlow);
            assertThat(figures.kept()).isFalse();
            assertThat(figures.sending().planned()).isEqualTo(100_000);
            assertThat(figures.sending().sent()).isBetween(4_000, 4_010);
        }

        @Test
        void butNotForOneHiccup() throws Exception {
            PointFigures figures = run(new Schedule(1_000, 0, 10_000), NO_TIME, (number, line) -> {
                if (number == 5_000) {
                    line.holdUp(Duration.ofSeconds(1));
                }
                line.runAfter(NO_TIME, number);
            });
            assertThat(figures.kept()).isTrue();
            assertThat(figures.percentiles().most()).isCloseTo(1_000, within(1_000 * DIGITS));
        }

        @Test
        void norForTasksThatTakeLong() throws Exception {
            PointFigures figures = run(new Schedule(4, 0, 8), Duration.ofMillis(200), ManualLine.after(MILLI));
            assertThat(figures.kept()).isTrue();
            assertThat(figures.ending().behindNanos()).isEqualTo(MILLI.toNanos());
            assertThat(figures.percentiles().p50()).isCloseTo(201, within(201 * DIGITS));
        }
    }
}
