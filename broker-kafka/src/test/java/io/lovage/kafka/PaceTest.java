package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.kafka.KafkaOptions.Profile;
import io.lovage.kafka.KafkaOptions.TakeOptions;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int PREFETCH = 8;
    private static final long SHORT = Duration.ofMillis(1).toNanos();
    private static final long LONG = Duration.ofSeconds(60).toNanos();

    private static Pace pace(Profile profile) {
        return new Pace(new TakeOptions(profile, 32, 200, true), PREFETCH, 0);
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    /** So many tasks of this length are settled, the last at this time. */
    private static boolean settle(Pace pace, int tasks, long took, long now) {
        boolean change = false;
        for (int i = 0; i < tasks; i++) {
            change |= pace.settled(took, now);
        }
        return change;
    }

    @Test
    void beginsWithBatchesThatAreAFewTimesWhatMayBeInHand() {
        assertThat(pace(Profile.AUTO).takesBatches()).isTrue();
        assertThat(pace(Profile.AUTO).batch()).isEqualTo(80);
    }

    @Test
    void aLongTaskMakesItTakeOneByOne() {
        Pace pace = pace(Profile.AUTO);

        pace.tooSlow(seconds(1));

        assertThat(pace.takesBatches()).isFalse();
        assertThat(pace.lanes()).isEqualTo(PREFETCH);
    }

    @Test
    void manyShortTasksInARowMakeItTakeBatchesAgain() {
        Pace pace = pace(Profile.AUTO);
        pace.tooSlow(seconds(1));

        assertThat(settle(pace, 99, SHORT, seconds(60))).isFalse();
        assertThat(settle(pace, 1, LONG, seconds(60))).isFalse();
        assertThat(settle(pace, 99, SHORT, seconds(60))).isFalse();
        assertThat(settle(pace, 1, SHORT, seconds(60))).isTrue();

        assertThat(pace.takesBatches()).isTrue();
    }

    @Test
    void whoWasWrongWaitsLongerBeforeItTriesAgain() {
        Pace pace = pace(Profile.AUTO);
        pace.tooSlow(seconds(1));
        assertThat(settle(pace, 100, SHORT, seconds(22))).isTrue();

        pace.tooSlow(seconds(23));

        assertThat(settle(pace, 100, SHORT, seconds(23 + 39))).isFalse();
        assertThat(settle(pace, 1, SHORT, seconds(23 + 41))).isTrue();
    }

    @Test
    void theProfilesLaneAndBatchNeverChange() {
        Pace lane = pace(Profile.LANE);
        Pace batch = pace(Profile.BATCH);

        batch.tooSlow(seconds(1));

        assertThat(settle(lane, 1_000, SHORT, seconds(1_000))).isFalse();
        assertThat(lane.takesBatches()).isFalse();
        assertThat(batch.takesBatches()).isTrue();
    }
}
