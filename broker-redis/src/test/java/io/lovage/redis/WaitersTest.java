package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.redis.Waiters.Waiting;
import io.lovage.spi.Bytes;
import io.lovage.spi.StoredResult;
import io.lovage.spi.TaskId;
import io.lovage.spi.TaskState;
import org.junit.jupiter.api.Test;

class WaitersTest {
    private static final TaskId ID = new TaskId("t");
    private static final StoredResult BEGUN = result("STARTED");
    private static final StoredResult HALF = result("PROGRESS");
    private static final StoredResult DONE = result("SUCCESS");

    private final Waiters waiters = new Waiters();
    private final Waiting everything = new Waiting(state -> {}, true);
    private final Waiting end = new Waiting(state -> {}, false);

    private static StoredResult result(String state) {
        return new StoredResult(ID, new TaskState(state), Bytes.utf8(state));
    }

    @Test
    void onlyAFinalStateEndsTheWaiting() {
        assertThat(waiters.add(ID, everything)).isTrue();
        assertThat(waiters.add(ID, end)).isFalse();

        assertThat(waiters.published(BEGUN)).containsExactly(everything);
        assertThat(waiters.published(DONE)).containsExactly(everything, end);

        assertThat(waiters.areFor(ID)).isFalse();
        assertThat(waiters.published(DONE)).isEmpty();
    }

    @Test
    void whatWasReadIsNotToldASecondTimeWhenItIsPublished() {
        waiters.add(ID, everything);

        assertThat(waiters.read(BEGUN)).containsExactly(everything);
        assertThat(waiters.published(BEGUN)).isEmpty();
        assertThat(waiters.published(HALF)).containsExactly(everything);
        assertThat(waiters.published(BEGUN)).as("it began again").containsExactly(everything);
    }

    @Test
    void whatWasReadIsOldWhenSomethingWasPublishedMeanwhile() {
        waiters.add(ID, everything);
        waiters.published(HALF);

        assertThat(waiters.read(BEGUN)).isEmpty();
        assertThat(waiters.read(DONE)).containsExactly(everything);
    }

    @Test
    void whoComesLaterIsToldWhatThereIsAndTheOthersAreNot() {
        waiters.add(ID, everything);
        waiters.published(HALF);
        Waiting later = new Waiting(state -> {}, true);
        waiters.add(ID, later);

        assertThat(waiters.read(HALF)).containsExactly(later);
    }

    @Test
    void theLastWhoLeavesIsKnown() {
        waiters.add(ID, everything);
        waiters.add(ID, end);

        assertThat(waiters.remove(ID, everything)).isFalse();
        assertThat(waiters.remove(ID, everything)).isFalse();
        assertThat(waiters.remove(ID, end)).isTrue();
        assertThat(waiters.remove(ID, end)).isFalse();
        assertThat(waiters.tasks()).isEmpty();
    }
}
