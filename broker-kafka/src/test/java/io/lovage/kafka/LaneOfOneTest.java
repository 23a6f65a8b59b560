package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A lane that takes one by one: whether there is more shows in how long it waited for the last one. */
class LaneOfOneTest {
    private static final Duration LOCK = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final SharePartition partition = new SharePartition(clock, LOCK);
    private final ModelClient client = new ModelClient(partition, 1);
    private final WantingOwner owner = new WantingOwner();
    private final Lane lane = new Lane(client, new Lane.Spec(owner, clock, true, LOCK));

    private CompletableFuture<Settled> settleTheFirst() {
        return owner.arrived.get(0).settle(Settlement.ack()).toCompletableFuture();
    }

    private void pollsTake(Duration time) {
        client.whilePolling = () -> clock.advance(time);
    }

    @Test
    void whoHadHardlyToWaitAsksForTheNextWithTheSettlement() {
        partition.add(2);
        pollsTake(Duration.ofMillis(49));
        lane.turn();

        CompletableFuture<Settled> answer = settleTheFirst();
        lane.turn();

        assertThat(client.commits).isEmpty();
        assertThat(owner.arrived).hasSize(2);
        assertThat(answer).isCompletedWithValue(Settled.APPLIED);
    }

    @Test
    void whoHadToWaitSettlesFirst() {
        partition.add(2);
        pollsTake(Duration.ofMillis(50));
        lane.turn();

        CompletableFuture<Settled> answer = settleTheFirst();
        lane.turn();

        assertThat(client.commits).hasSize(1);
        assertThat(answer).isCompletedWithValue(Settled.APPLIED);
        assertThat(owner.arrived).hasSize(2);
    }

    @Test
    void whatCameWithALaterPollWasWaitedFor() {
        lane.turn();
        partition.add(2);
        lane.turn();
        assertThat(owner.arrived).hasSize(1);

        CompletableFuture<Settled> answer = settleTheFirst();
        lane.turn();

        assertThat(client.commits).hasSize(1);
        assertThat(answer).isCompletedWithValue(Settled.APPLIED);
    }

    @Test
    void whoeverGaveBackIsToldAlsoWhenTheSameComesAgainBeforeTheAnswer() {
        client.answersAreLate = true;
        partition.add(1);
        lane.turn();
        CompletableFuture<Settled> first =
                owner.arrived.get(0).settle(Settlement.release(Duration.ZERO)).toCompletableFuture();
        lane.turn();
        assertThat(owner.arrived).hasSize(2);

        CompletableFuture<Settled> second =
                owner.arrived.get(1).settle(Settlement.ack()).toCompletableFuture();
        lane.turn();

        assertThat(first).isCompletedWithValue(Settled.UNKNOWN);
        assertThat(second).isNotDone();
    }
}
