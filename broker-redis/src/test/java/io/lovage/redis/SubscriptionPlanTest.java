package io.lovage.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.redis.SubscriptionPlan.Step;
import io.lovage.spi.TaskId;
import java.util.List;
import org.junit.jupiter.api.Test;

class SubscriptionPlanTest {
    private static final TaskId A = new TaskId("a");
    private static final TaskId B = new TaskId("b");

    private final SubscriptionPlan plan = new SubscriptionPlan();

    private Step next() {
        return plan.next().orElseThrow();
    }

    private void subscribeTo(TaskId id) {
        plan.want(id);
        next();
        assertThat(plan.confirmed(true, id)).isPresent();
    }

    @Test
    void whatGathersWhileACommandIsOnItsWayGoesWithTheNext() {
        plan.want(A);
        Step first = next();
        plan.want(B);
        plan.want(new TaskId("c"));
        assertThat(plan.next()).isEmpty();

        assertThat(plan.confirmed(true, A)).containsSame(first);

        assertThat(next().tasks()).containsExactly(B, new TaskId("c"));
    }

    /**
     * The first confirmation must not be taken for that of the second subscription: between the two nothing is heard.
     */
    @Test
    void aChannelThatIsLeftAndWantedAgainIsSubscribedWhenTheLastCommandIsConfirmed() {
        subscribeTo(A);
        plan.leave(A);
        Step leaving = next();
        assertThat(leaving.subscribes()).isFalse();
        plan.want(A);

        assertThat(plan.confirmed(true, A)).isEmpty();
        assertThat(plan.isSubscribed(A)).isFalse();
        assertThat(plan.confirmed(false, A)).containsSame(leaving);
        assertThat(plan.isSubscribed(A)).isFalse();

        assertThat(next().subscribes()).isTrue();
        assertThat(plan.confirmed(true, A)).isPresent();
        assertThat(plan.isSubscribed(A)).isTrue();
    }

    @Test
    void whatIsWantedAgainBeforeItWasLeftStaysSubscribed() {
        subscribeTo(A);
        plan.leave(A);
        plan.want(A);

        assertThat(plan.isSubscribed(A)).isTrue();
        assertThat(plan.next()).isEmpty();
    }

    @Test
    void whatIsLeftWhileItIsBeingSubscribedIsLeftAfterwards() {
        plan.want(A);
        next();
        plan.leave(A);

        assertThat(plan.confirmed(true, A)).isPresent();

        assertThat(next().subscribes()).isFalse();
        assertThat(plan.confirmed(false, A)).isPresent();
        assertThat(plan.size()).isZero();
    }

    @Test
    void whatIsLeftBeforeItWasAskedForCostsNothing() {
        plan.want(A);
        plan.leave(A);

        assertThat(plan.next()).isEmpty();
        assertThat(plan.size()).isZero();
    }

    @Test
    void bothKindsHaveTheirTurn() {
        subscribeTo(A);
        plan.leave(A);
        plan.want(B);

        Step first = next();
        assertThat(first.subscribes()).isFalse();
        plan.confirmed(false, A);
        assertThat(next().subscribes()).isTrue();
    }

    @Test
    void aNewConnectionSubscribesToAllThatIsWantedAndToNothingElse() {
        subscribeTo(A);
        plan.want(B);
        next();

        plan.begin(List.of(A));

        assertThat(plan.isSubscribed(A)).isFalse();
        assertThat(next().tasks()).containsExactly(A);
        assertThat(plan.confirmed(true, B)).isEmpty();
    }

    @Test
    void whatTheServerRefusedIsTriedAgainIfItIsStillWanted() {
        plan.want(A);
        plan.want(B);
        Step refused = next();
        plan.leave(A);

        plan.refused(refused, B::equals);

        assertThat(next().tasks()).containsExactly(B);
    }

    @Test
    void aStepIsNoLongerThanAThousandChannels() {
        for (int i = 0; i < 1_001; i++) {
            plan.want(new TaskId("t" + i));
        }

        assertThat(next().tasks()).hasSize(1_000);
    }
}
