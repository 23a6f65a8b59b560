package io.lovage.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.testing.ManualClock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LaneTest {
    private static final Duration LOCK = Duration.ofSeconds(30);
    private static final Duration THIRD = LOCK.dividedBy(3);

    private final ManualClock clock = new ManualClock();
    private final SharePartition partition = new SharePartition(clock, LOCK);
    private final ModelClient client = new ModelClient(partition, 10);
    private final WantingOwner worker = WantingOwner.ofOneBatchAtATime();
    private final Lane lane = new Lane(client, new Lane.Spec(worker, clock, true, LOCK));

    private List<KafkaDelivery> take(int records) {
        partition.add(records);
        lane.turn();
        assertThat(worker.arrived).hasSize(records);
        return worker.arrived;
    }

    private static CompletableFuture<Settled> ack(KafkaDelivery delivery) {
        return delivery.settle(Settlement.ack()).toCompletableFuture();
    }

    /** Time passes, and the lane does what it does as often as it wants to. */
    private void work(Duration duration) {
        for (int i = 0; i < 100; i++) {
            clock.advance(duration.dividedBy(100));
            lane.turn();
        }
    }

    @Nested
    class Settling {
        @Test
        @DisplayName("R3.1 what the server has accepted within the lease is applied")
        void whatTheServerHasAcceptedWithinTheLeaseIsApplied() {
            KafkaDelivery only = take(1).get(0);

            CompletableFuture<Settled> answer = ack(only);
            assertThat(answer).isNotDone();
            lane.turn();

            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
            assertThat(partition.isDone(0)).isTrue();
        }

        @Test
        void settlementsOfABatchThatIsNotFinishedWaitAMomentForEachOther() {
            List<KafkaDelivery> batch = take(3);

            CompletableFuture<Settled> first = ack(batch.get(0));
            lane.turn();
            CompletableFuture<Settled> second = ack(batch.get(1));
            lane.turn();
            assertThat(client.commits).isEmpty();
            clock.advance(Duration.ofMillis(5));
            lane.turn();

            assertThat(client.commits).hasSize(1);
            assertThat(first).isCompletedWithValue(Settled.APPLIED);
            assertThat(second).isCompletedWithValue(Settled.APPLIED);
        }

        @Test
        void theLastOfABatchWaitsForNobody() {
            List<KafkaDelivery> batch = take(2);
            CompletableFuture<Settled> first = ack(batch.get(0));
            CompletableFuture<Settled> second = ack(batch.get(1));

            lane.turn();

            assertThat(first).isCompletedWithValue(Settled.APPLIED);
            assertThat(second).isCompletedWithValue(Settled.APPLIED);
        }

        @Test
        @DisplayName("R3.6 a success that comes after the end of the lease is not believed")
        void aSuccessAfterTheEndOfTheLeaseIsNotBelieved() {
            KafkaDelivery only = take(1).get(0);
            client.whileCommitting = () -> clock.advance(LOCK.minusMillis(1));
            CompletableFuture<Settled> early = ack(only);
            lane.turn();
            assertThat(early).isCompletedWithValue(Settled.APPLIED);

            worker.wanting = true;
            partition.add(1);
            lane.turn();
            AtomicInteger told = new AtomicInteger();
            client.whileCommitting = () -> clock.advance(LOCK.plusMillis(1));
            KafkaDelivery next = worker.arrived.get(1);
            next.onLost(told::incrementAndGet);
            CompletableFuture<Settled> late = ack(next);
            lane.turn();

            assertThat(late).isDone();
            assertThat(late.join()).isIn(Settled.UNKNOWN, Settled.LEASE_LOST);
        }

        @Test
        void anAnswerThatIsLostIsUnknown() {
            KafkaDelivery only = take(1).get(0);
            client.answersAreLost = true;
            CompletableFuture<Settled> answer = ack(only);

            lane.turn();

            assertThat(answer).isCompletedWithValue(Settled.UNKNOWN);
        }

        @Test
        void oneRecordThatIsNotHeldAnyMoreSpoilsTheWholeCommit() {
            List<KafkaDelivery> batch = take(2);
            partition.free(client);
            CompletableFuture<Settled> first = ack(batch.get(0));
            CompletableFuture<Settled> second = ack(batch.get(1));

            lane.turn();

            assertThat(first).isCompletedWithValue(Settled.LEASE_LOST);
            assertThat(second).isCompletedWithValue(Settled.LEASE_LOST);
            assertThat(partition.isDone(0)).isFalse();
        }
    }

    @Nested
    class Renewing {
        @Test
        @DisplayName("R4.2 what is held is renewed, however long")
        void whatIsHeldIsRenewedHoweverLong() {
            KafkaDelivery only = take(1).get(0);
            AtomicInteger told = new AtomicInteger();
            only.onLost(told::incrementAndGet);

            for (int lock = 0; lock < 20; lock++) {
                work(LOCK);
                assertThat(partition.acquire("another", 1)).isEmpty();
            }

            assertThat(told).hasValue(0);
            assertThat(partition.deliveries(0)).isEqualTo(1);
            CompletableFuture<Settled> answer = ack(only);
            lane.turn();
            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
        }

        @Test
        void aRenewalSettlesWhatWaitsToBeSettledWithIt() {
            List<KafkaDelivery> batch = take(2);
            clock.advance(THIRD);
            CompletableFuture<Settled> answer = ack(batch.get(0));

            lane.turn();

            assertThat(client.commits).hasSize(1);
            assertThat(client.commits.get(0))
                    .containsEntry(batch.get(0).place(), Acknowledgement.ACCEPT)
                    .containsEntry(batch.get(1).place(), Acknowledgement.RENEW);
            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
        }

        @Test
        @DisplayName("R4.4 a renewal that fails loses the lease, and that is told")
        void aRenewalThatFailsLosesTheLease() {
            KafkaDelivery only = take(1).get(0);
            AtomicInteger told = new AtomicInteger();
            only.onLost(told::incrementAndGet);
            partition.free(client);

            clock.advance(THIRD);
            lane.turn();

            assertThat(told).hasValue(1);
            assertThat(ack(only)).isCompletedWithValue(Settled.LEASE_LOST);
        }

        @Test
        @DisplayName("what lay in the client's buffer for long is renewed before anybody gets it")
        void whatLayInTheBufferForLongIsRenewedFirst() {
            CompletableFuture<Settled> answer = ack(take(1).get(0));
            lane.turn();
            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
            partition.add(1);
            client.fetchBehindTheBack();
            clock.advance(LOCK.minusSeconds(1));

            worker.wanting = true;
            lane.turn();
            clock.advance(Duration.ofSeconds(2));
            lane.turn();

            assertThat(worker.arrived).hasSize(2);
            assertThat(partition.acquire("another", 1))
                    .as("its lock would be over by now")
                    .isEmpty();
        }

        @Test
        @DisplayName("what lay in the client's buffer until its lock was over is given to nobody")
        void whatLayInTheBufferForTooLongIsGivenToNobody() {
            CompletableFuture<Settled> answer = ack(take(1).get(0));
            lane.turn();
            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
            partition.add(1);
            client.fetchBehindTheBack();
            clock.advance(LOCK.plusSeconds(1));
            assertThat(partition.acquire("another", 1)).hasSize(1);

            worker.wanting = true;
            lane.turn();

            assertThat(worker.arrived).hasSize(1);
        }
    }

    @Nested
    class Losing {
        @Test
        @DisplayName("R4.5 a lane that is stuck has its loss told by the clock, and settles nothing any more")
        void aLaneThatIsStuckHasItsLossTold() {
            KafkaDelivery only = take(1).get(0);
            AtomicInteger told = new AtomicInteger();
            only.onLost(told::incrementAndGet);

            clock.advance(LOCK);

            assertThat(told).hasValue(1);
            assertThat(ack(only)).isCompletedWithValue(Settled.LEASE_LOST);
            assertThat(client.commits).isEmpty();
        }

        @Test
        @DisplayName("R3.6 what another one has by now is not touched when the lane comes back")
        void whatAnotherOneHasIsNotTouched() {
            take(1);
            clock.advance(LOCK.plusSeconds(1));
            Object another = new Object();
            List<Taken> theirs = partition.acquire(another, 1);

            lane.turn();

            assertThat(partition.isFree(0)).isFalse();
            assertThat(partition.acknowledge(another, Map.of(theirs.get(0).place(), Acknowledgement.ACCEPT)))
                    .isTrue();
        }

        @Test
        @DisplayName("R4.1 what is abandoned comes again when its lease is over, and not before")
        void whatIsAbandonedComesAgainWhenItsLeaseIsOver() {
            List<KafkaDelivery> batch = take(2);
            AtomicInteger told = new AtomicInteger();
            batch.get(0).onLost(told::incrementAndGet);
            batch.get(0).abandon();

            work(LOCK.minusSeconds(1));
            assertThat(partition.isFree(0)).isFalse();
            assertThat(told).hasValue(0);
            work(Duration.ofSeconds(2));

            assertThat(told).hasValue(1);
            assertThat(partition.isFree(0)).isTrue();
            assertThat(partition.isFree(1)).as("the other one of the batch").isFalse();
        }

        @Test
        void aLaneThatQuitsSettlesWhatItWasToldAndFreesTheRest() {
            List<KafkaDelivery> batch = take(2);
            CompletableFuture<Settled> answer = ack(batch.get(0));
            AtomicInteger told = new AtomicInteger();
            batch.get(1).onLost(told::incrementAndGet);

            lane.quit();
            lane.run();

            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
            assertThat(told).hasValue(1);
            assertThat(partition.isFree(1)).isTrue();
            assertThat(client.closed).isTrue();
        }

        @Test
        void aLaneThatIsToldToStopEndsWhenItsBatchIsSettled() {
            KafkaDelivery only = take(1).get(0);

            lane.stop();
            assertThat(lane.turn()).isTrue();
            CompletableFuture<Settled> answer = ack(only);

            assertThat(lane.turn()).isFalse();
            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
        }

        /** It was closed with what its client had been given: the server counted that, and nobody had seen it. */
        @Test
        @DisplayName("R7.4 a lane that is told to stop hands on what is on its way")
        void aLaneThatIsToldToStopHandsOnWhatIsOnItsWay() {
            lane.turn();
            partition.add(1);
            client.fetchBehindTheBack();

            lane.stop();
            assertThat(lane.turn()).isTrue();
            assertThat(worker.arrived).hasSize(1);
            CompletableFuture<Settled> answer = ack(worker.arrived.get(0));

            assertThat(lane.turn()).isFalse();
            assertThat(answer).isCompletedWithValue(Settled.APPLIED);
        }

        @Test
        void aLaneThatStopsLooksOnceMoreAndEnds() {
            lane.turn();

            lane.stop();

            assertThat(lane.turn()).isFalse();
            assertThat(worker.arrived).isEmpty();
        }
    }
}
