package io.lovage.rabbitmq;

import static org.assertj.core.api.Assertions.assertThat;

import io.lovage.spi.OutboundMessage;
import io.lovage.spi.Settled;
import io.lovage.spi.Settlement;
import io.lovage.spi.TimeSource;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/**
 * Abandoned deliveries whose lease is over. The story of the first two: that it is over was decided with the delivery
 * locked, and acted upon later. What came between the two decided as well, and the delivery was put twice on the stack
 * of what is to be written: a circle without an end, or a number settled twice, for which the server ends the channel
 * and every lease on it.
 */
class LeaseEndTest extends DeliveryTest {
    private RabbitDelivery held(TimeSource publishing) throws Exception {
        RabbitDelivery delivery = taken(settling(time, publishing));
        delivery.onLost(() -> told.add("lost"));
        return delivery;
    }

    private void assertGivenBackOnce() {
        awaitWaiting();
        assertThat(bare.isOpen()).isTrue();
        assertThat(told).containsExactly("lost");
    }

    @Test
    @DisplayName("R4.4 a lease that two find to be over is ended once")
    void aLeaseThatTwoFindToBeOverIsEndedOnce() throws Exception {
        RabbitDelivery delivery = held(time);

        Runnable byTheTimer = Objects.requireNonNull(delivery.endLease());
        Runnable byTheLookForLongOnes = delivery.endLease();
        byTheTimer.run();

        assertThat(byTheLookForLongOnes).isNull();
        assertGivenBackOnce();
    }

    @Test
    @DisplayName("R3.6 a settlement that comes while the lease is being ended answers LEASE_LOST")
    void aSettlementThatComesWhileTheLeaseIsBeingEndedIsTooLate() throws Exception {
        RabbitDelivery delivery = held(time);

        Runnable end = Objects.requireNonNull(delivery.endLease());
        Settled outcome = get(delivery.settle(Settlement.ack()));
        end.run();

        assertThat(outcome).isEqualTo(Settled.LEASE_LOST);
        assertGivenBackOnce();
    }

    @Test
    @DisplayName("R3.6 a settlement that came before the end of the lease is the one that counts")
    void aSettlementThatCameBeforeTheEndOfTheLeaseCounts() throws Exception {
        RabbitDelivery delivery = held(time);

        Settled outcome = get(delivery.settle(Settlement.ack()));

        assertThat(delivery.endLease()).isNull();
        assertThat(outcome).isEqualTo(Settled.SENT);
        assertThat(waiting()).isZero();
        assertThat(told).isEmpty();
    }

    /** The end found a settlement under way and left the delivery to it; when that failed, nobody gave it back. */
    @Test
    @DisplayName("R4.3 what is over while it is being settled is given back when that fails")
    void whatIsOverWhileItIsBeingSettledIsGivenBackWhenThatFails() throws Exception {
        Interruption interruption = new Interruption();
        RabbitDelivery delivery = held(interruption);
        interruption.meanwhile = () -> assertThat(delivery.endLease()).isNull();
        OutboundMessage next = message(tasks, "next");

        CompletionStage<Settled> failed = delivery.settle(Settlement.ackAfter(List.of(next)));

        assertThat(failed.toCompletableFuture()).isCompletedExceptionally();
        assertGivenBackOnce();
    }

    /** A clock that fails stands for whatever may go wrong before the first message is published. */
    private static final class Interruption implements TimeSource {
        private Runnable meanwhile = () -> {};

        @Override
        public Instant now() {
            throw new IllegalStateException("no time");
        }

        @Override
        public long nanoTime() {
            meanwhile.run();
            throw new IllegalStateException("no time");
        }

        @Override
        public Timer after(Duration delay, Runnable action) {
            throw new IllegalStateException("no time");
        }
    }
}
