package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DelayLevelsTest {
    private static final long SEED = Long.getLong("lovage.test.seed", new Random().nextLong());
    private static final int TOP = DelayLevels.COUNT - 1;
    private static final int WAYS = 20_000;
    private static final int LATEST = 200;

    @ParameterizedTest
    @CsvSource({"0,0", "1,0", "249,0", "499,0", "500,1", "999,1", "1000,2", "59999,7", "60000,7", "131072000,19"})
    void aMessageWaitsInTheHighestLevelThatFits(long left, int level) {
        assertThat(DelayLevels.levelFor(left)).isEqualTo(level);
    }

    @Test
    void theLongestDelayIsTenYearsAndWaitsInTheHighestLevel() {
        assertThat(DelayLevels.LONGEST).isGreaterThanOrEqualTo(Duration.ofDays(3650));
        assertThat(DelayLevels.levelFor(DelayLevels.LONGEST.toMillis())).isEqualTo(TOP);
    }

    @Test
    @DisplayName("R5.1 R5.5 whatever the delay, a message leaves the last level at its time and not before")
    void anyWayEndsAtTheDueTime() {
        Random random = new Random(SEED);
        for (int i = 0; i < WAYS; i++) {
            long delay = 1 + (long) (Math.pow(random.nextDouble(), 6) * DelayLevels.LONGEST.toMillis());
            assertThat(arrival(delay, random))
                    .as("a delay of %d ms, seed %d", delay, SEED)
                    .isBetween(delay, delay + LATEST);
        }
    }

    /** The way of one message, every hop of which is a bit late, counted from when it was appended first. */
    private static long arrival(long delay, Random random) {
        long now = 0;
        int hops = 0;
        int last = TOP;
        while (now < delay) {
            int level = DelayLevels.levelFor(delay - now);
            assertThat(level).isLessThanOrEqualTo(last);
            if (level == last && level != TOP) {
                assertThat(level).as("only level 0 is entered twice").isZero();
            }
            last = level;
            long leaves = DelayLevels.leavesAt(level, now, delay);
            assertThat(leaves).isBetween(now + 1, now + DelayLevels.waitMillis(level));
            now = leaves + random.nextInt(LATEST);
            hops++;
        }
        long rounds = delay / DelayLevels.waitMillis(TOP);
        assertThat(hops).as("hops of %d ms", delay).isLessThanOrEqualTo((int) rounds + DelayLevels.COUNT + 1);
        return now;
    }

    @Test
    @DisplayName("R5.2 nobody is held up by those before it for longer than the wait of the level")
    void nobodyIsHeldUpForLonger() {
        Random random = new Random(SEED);
        for (int level : DelayLevels.list()) {
            long appended = 0;
            long freeAt = 0;
            for (int i = 0; i < 1_000; i++) {
                appended += random.nextInt(50);
                long due = appended + 1 + (long) (random.nextDouble() * DelayLevels.waitMillis(level) * 2);
                long leaves = DelayLevels.leavesAt(level, appended, due);
                freeAt = Math.max(freeAt, leaves);
                assertThat(freeAt - appended)
                        .as("level %d, seed %d", level, SEED)
                        .isLessThanOrEqualTo(DelayLevels.waitMillis(level));
            }
        }
    }

    @Test
    void whoIsOverdueWhenItIsAppendedWaitsItsLevelOut() {
        assertThat(DelayLevels.leavesAt(7, 1_000, 900)).isEqualTo(1_000 + DelayLevels.waitMillis(7));
        assertThat(DelayLevels.waitMillis(7)).isEqualTo(32_000);
    }
}
