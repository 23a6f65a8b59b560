package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.kafka.KafkaOptions.Profile;
import io.lovage.kafka.KafkaOptions.TakeOptions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PaceTest {
    private static final int PREFETCH = 8;
    private static final long SHORT = Duration.ofMillis(1).toNanos();
    private static final long LONG = Duration.ofSeconds(60).toNanos();

    private static Pace pace(Profile profile) {
        return pace(profile, 10);
    }

    private static Pace pace(Profile profile, int deliveryLimit) {
        return new Pace(new TakeOptions(profile, 32, 200, true), PREFETCH, deliveryLimit, 0);
    }

    private static long seconds(long seconds) {
        return Duration.ofSeconds(seconds).toNanos();
    }

    /** So many tasks of this length are settled, the last at this time. */
    private static boolean settle(Pace pace, int tasks, long took, long now) {
        return settle(pace, tasks, took, false, now);
    }

    private static boolean settle(Pace pace, int tasks, long took, boolean again, long now) {
        for (int i = 0; i < tasks; i++) {
            pace.settled(took, again, now);
        }
        return pace.takesBatches();
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
    }

    @Test
    void whoWasWrongWaitsLongerBeforeItTriesAgain() {
        Pace pace = pace(Profile.AUTO);
        pace.tooSlow(seconds(1));
        assertThat(settle(pace, 100, SHORT, seconds(12))).isTrue();

        pace.tooSlow(seconds(13));

        assertThat(settle(pace, 100, SHORT, seconds(13 + 19))).isFalse();
        assertThat(settle(pace, 1, SHORT, seconds(13 + 21))).isTrue();
    }

    @Nested
    @DisplayName("R7.2 R7.4 what was handed out before")
    class HandedOutBefore {
        private final Pace pace = pace(Profile.AUTO);

        @BeforeEach
        void arrives() {
            pace.handedOutAgain(seconds(1));
        }

        @Test
        void isTakenByOneLaneUntilSomethingNewIsSurvived() {
            assertThat(pace.takesBatches()).isFalse();
            assertThat(pace.settled(LONG, true, seconds(1))).isFalse();
            assertThat(pace.lanes()).isEqualTo(1);

            assertThat(pace.settled(LONG, false, seconds(1))).isTrue();
            assertThat(pace.lanes()).isEqualTo(PREFETCH);
            assertThat(pace.settled(LONG, false, seconds(1))).isFalse();
        }

        @Test
        void isTakenByOneLaneNoLongerThanTwoSeconds() {
            assertThat(pace.settled(LONG, true, seconds(10))).isFalse();
            assertThat(pace.settled(LONG, true, seconds(11))).isFalse();
            assertThat(pace.settled(LONG, true, seconds(12))).isTrue();
            assertThat(pace.lanes()).isEqualTo(PREFETCH);
        }

        @Test
        void holdsBackNobodyForLong() {
            pace.survivedForLong();

            assertThat(pace.lanes()).isEqualTo(PREFETCH);
        }

        @Test
        void endsBatchesForAMomentOnly() {
            assertThat(settle(pace, 1_000, SHORT, seconds(2))).isFalse();
            assertThat(settle(pace, 1, SHORT, seconds(3))).isTrue();
        }

        @Test
        void keepsBatchesAwayForAsLongAsItComes() {
            assertThat(settle(pace, 1_000, SHORT, true, seconds(60))).isFalse();
            assertThat(settle(pace, 99, SHORT, seconds(60))).isFalse();
            assertThat(settle(pace, 1, SHORT, seconds(60))).isTrue();
        }

        @Test
        void keepsBatchesAwayLongerEachTimeItComesSoon() {
            assertThat(settle(pace, 100, SHORT, seconds(3))).isTrue();
            pace.handedOutAgain(seconds(4));

            assertThat(settle(pace, 100, SHORT, seconds(7))).isFalse();
            assertThat(settle(pace, 1, SHORT, seconds(8))).isTrue();
        }

        /** Its copies lie behind a backlog that takes a minute, and batches have gone well for as long. */
        @Test
        void keepsBatchesAwayLongerEachTimeItComesLateToo() {
            assertThat(settle(pace, 100, SHORT, seconds(3))).isTrue();
            pace.handedOutAgain(seconds(3 + 61));
            assertThat(settle(pace, 100, SHORT, seconds(3 + 61 + 3))).isFalse();
            assertThat(settle(pace, 1, SHORT, seconds(3 + 61 + 4))).isTrue();

            pace.handedOutAgain(seconds(200));

            assertThat(settle(pace, 100, SHORT, seconds(200 + 7))).isFalse();
            assertThat(settle(pace, 1, SHORT, seconds(200 + 8))).isTrue();
        }

        @Test
        void isForgottenAfterAnHourOfBatches() {
            assertThat(settle(pace, 100, SHORT, seconds(3))).isTrue();
            pace.handedOutAgain(seconds(3 + 3_601));

            assertThat(settle(pace, 100, SHORT, seconds(3 + 3_601 + 2))).isTrue();
        }

        @Test
        void isNarrowUntilSomethingNewIsSurvived() {
            assertThat(pace.isNarrow()).isTrue();

            pace.settled(LONG, false, seconds(1));

            assertThat(pace.isNarrow()).isFalse();
        }

        @Test
        void doesNotMakeItPatientWithLongTasks() {
            assertThat(settle(pace, 100, SHORT, seconds(3))).isTrue();
            pace.tooSlow(seconds(4));

            assertThat(pace.lanes()).isEqualTo(PREFETCH);
            assertThat(settle(pace, 100, SHORT, seconds(13))).isFalse();
            assertThat(settle(pace, 1, SHORT, seconds(14))).isTrue();
        }
    }

    @Test
    @DisplayName("R7.2 where one delivery is the limit, nobody is taken along")
    void whereOneDeliveryIsTheLimitItTakesOneByOne() {
        Pace pace = pace(Profile.AUTO, 1);

        assertThat(settle(pace, 1_000, SHORT, seconds(1_000))).isFalse();
        assertThat(pace.lanes()).isEqualTo(PREFETCH);
        assertThat(pace(Profile.BATCH, 1).takesBatches()).isTrue();
    }

    @Test
    void theProfilesLaneAndBatchNeverChange() {
        Pace lane = pace(Profile.LANE);
        Pace batch = pace(Profile.BATCH);

        batch.tooSlow(seconds(1));
        batch.handedOutAgain(seconds(1));

        assertThat(settle(lane, 1_000, SHORT, seconds(1_000))).isFalse();
        assertThat(lane.takesBatches()).isFalse();
        assertThat(batch.takesBatches()).isTrue();
    }
}
