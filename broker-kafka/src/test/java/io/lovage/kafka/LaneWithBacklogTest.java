package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A lane whose polls bring as much as one may, and whose owner wants more. */
class LaneWithBacklogTest {
    private static final Duration LOCK = Duration.ofSeconds(30);

    private final ManualClock clock = new ManualClock();
    private final SharePartition partition = new SharePartition(clock, LOCK);
    private final ModelClient client = new ModelClient(partition, 2);
    private final WantingOwner worker = new WantingOwner();
    private final Lane lane = new Lane(client, new Lane.Spec(worker, clock, true, LOCK));

    @BeforeEach
    void takeTheFirstTwoOfFour() {
        partition.add(4);
        lane.turn();
        assertThat(worker.arrived).hasSize(2);
    }

    private List<CompletableFuture<Settled>> settleTheFirstTwo() {
        return List.copyOf(worker.arrived).stream()
                .map(delivery -> delivery.settle(Settlement.ack()).toCompletableFuture())
                .toList();
    }

    @Test
    void whatIsSettledGoesWithTheRequestForMore() {
        List<CompletableFuture<Settled>> answers = settleTheFirstTwo();

        lane.turn();

        assertThat(client.commits).isEmpty();
        assertThat(worker.arrived).hasSize(4);
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Settled.APPLIED));
        assertThat(partition.isDone(0)).isTrue();
        assertThat(partition.isDone(1)).isTrue();
    }

    @Test
    @DisplayName("R3.6 what the server does not hold any more is lost, also when it went with a request")
    void whatTheServerDoesNotHoldAnyMoreIsLost() {
        partition.free(client);
        List<CompletableFuture<Settled>> answers = settleTheFirstTwo();

        lane.turn();

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Settled.LEASE_LOST));
    }

    @Test
    void answersThatComeLaterAreTold() {
        client.answersAreLate = true;
        List<CompletableFuture<Settled>> answers = settleTheFirstTwo();
        lane.turn();
        assertThat(answers).noneMatch(CompletableFuture::isDone);

        client.answersAreLate = false;
        clock.advance(Duration.ofMillis(50));
        lane.turn();

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Settled.APPLIED));
    }

    @Test
    @DisplayName("R3.6 an answer that comes after the end of the lease is not believed")
    void anAnswerThatComesAfterTheEndOfTheLeaseIsNotBelieved() {
        client.answersAreLate = true;
        List<CompletableFuture<Settled>> answers = settleTheFirstTwo();
        lane.turn();

        clock.advance(LOCK);
        lane.turn();

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Settled.UNKNOWN));
    }

    @Test
    void aLaneThatEndsHasItsAnswersFromClosing() {
        client.answersAreLate = true;
        List<CompletableFuture<Settled>> answers = settleTheFirstTwo();
        lane.turn();

        lane.quit();
        lane.run();

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Settled.APPLIED));
    }

    @Test
    void whenNobodyWantsMoreItIsSettledAfterAMoment() {
        worker.wanting = false;
        List<CompletableFuture<Settled>> answers = settleTheFirstTwo();
        lane.turn();
        assertThat(client.commits).isEmpty();

        clock.advance(Duration.ofMillis(2));
        lane.turn();

        assertThat(client.commits).hasSize(1);
        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Settled.APPLIED));
        assertThat(worker.arrived).hasSize(2);
    }

    /** The story: settlements had left what is in hand, and an error on the way left nobody who knew of them. */
    @Test
    void whoeverSettledIsToldAlsoWhenTheLaneFails() {
        worker.wanting = false;
        List<CompletableFuture<Settled>> answers = settleTheFirstTwo();
        clock.advance(Duration.ofMillis(2));
        client.whileCommitting = () -> {
            throw new OutOfMemoryError("of a test");
        };

        assertThatThrownBy(lane::run).isInstanceOf(OutOfMemoryError.class);

        assertThat(answers).allSatisfy(answer -> assertThat(answer).isCompletedWithValue(Settled.UNKNOWN));
        assertThat(client.closed).isTrue();
    }

    /** The story: a consumer with a shorter lease joined, and the tasks of the first one ran twice. */
    @Test
    @DisplayName("R4.2 a lease that became shorter is renewed in time")
    void aLeaseThatBecameShorterIsRenewedInTime() {
        Duration shorter = LOCK.dividedBy(2);
        partition.lockFor(shorter);

        for (int second = 0; second < 120; second++) {
            clock.advance(Duration.ofSeconds(1));
            lane.turn();
            assertThat(partition.isFree(0)).as("after %d s", second).isFalse();
        }

        assertThat(partition.deliveries(0)).isEqualTo(1);
    }
}
